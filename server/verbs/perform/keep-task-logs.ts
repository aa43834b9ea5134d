/** Copies what the tasks printed into the run folder, before whoever ran them forgets it. */
import type { TaskId } from '../../../core/plan/plan.ts';
import type { Run } from '../../../core/run/run.ts';
import { plannedTasks } from '../../../core/run/tasks.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { WINDOW_LINE_START } from '../../../core/run-folder/window-line.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RunFolder } from '../../run-folder/run-folder.ts';

/** The end of a longer log is kept. */
const KEPT_BYTES_MAX = 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const AT_ONCE = 8;

/** A log that cannot be read is left out: it is no reason to keep a run from ending. */
export async function keepTaskLogs(
  { taskLogs, log }: Pick<Ports, 'taskLogs' | 'log'>,
  run: Run,
  folder: RunFolder,
): Promise<void> {
  const tasks = plannedTasks(run.regions);
  for (let start = 0; start < tasks.length; start += AT_ONCE) {
    const copies = tasks.slice(start, start + AT_ONCE).map(async (id) => {
      try {
        const text = await readLog(taskLogs, run.id, id);
        if (text !== null) await folder.put(runFolderPaths.artifact(id, 'task.log'), text);
      } catch (error) {
        log('warn', "a task's log could not be kept", { runId: run.id, ...id, error: (error as Error).message });
      }
    });
    await Promise.all(copies);
  }
}

/** Its lines but for windows, the last of them when there are too many. Null when there is no log. */
async function readLog(taskLogs: Ports['taskLogs'], runId: string, id: TaskId): Promise<Uint8Array | null> {
  let kept = '';
  let rest = '';
  const decoder = new TextDecoder();
  for (let offset = 0; ; ) {
    const chunk = await taskLogs.read(runId, id, offset, CHUNK_BYTES);
    if (chunk === null) return null;
    offset += chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: chunk.length > 0 })).split('\n');
    rest = (lines.pop() ?? '').slice(-KEPT_BYTES_MAX);
    kept += lines
      // The segments hold the same as windows, and more.
      .filter((line) => !line.startsWith(WINDOW_LINE_START))
      .map((line) => `${line}\n`)
      .join('');
    if (kept.length > KEPT_BYTES_MAX) kept = kept.slice(kept.indexOf('\n', kept.length - KEPT_BYTES_MAX) + 1);
    if (chunk.length === 0) return new TextEncoder().encode(kept + rest);
  }
}

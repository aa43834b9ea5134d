/** Turns results that landed into rows. One that cannot be read is marked as damaged in the run folder, and counts as lost. */
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { readTaurusXml } from '../../core/report/taurus-xml.ts';
import type { Run } from '../../core/run/run.ts';
import { plannedTasks, taskName } from '../../core/run/tasks.ts';
import { doneSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskResult } from '../ports/stores.ts';
import { parseJson, type RunFolder, toJson } from '../run-folder/run-folder.ts';
import { parsedResult, type RunMemory } from './run-memory.ts';

/** Results read at once. */
const AT_ONCE = 16;

/** Parses the results that the last observation saw and nobody has looked at. Throws when the stores fail; then it is done again. */
export async function parseResults(
  ports: Pick<Ports, 'taskResults' | 'log'>,
  { run, memory }: { run: Run; memory: RunMemory },
): Promise<void> {
  const waiting = plannedTasks(run.regions).filter((id) => {
    const name = taskName(id);
    return memory.landedAtMs.has(name) && !memory.results.has(name);
  });
  for (let start = 0; start < waiting.length; start += AT_ONCE) {
    await Promise.all(waiting.slice(start, start + AT_ONCE).map((id) => parseResult(ports, run, memory, id)));
  }
}

async function parseResult(
  { taskResults, log }: Pick<Ports, 'taskResults' | 'log'>,
  run: Run,
  { folder, landedAtMs, results }: RunMemory,
  id: TaskId,
): Promise<void> {
  const name = taskName(id);
  try {
    const result = await readResult(folder, id, landedAtMs.get(name) ?? 0);
    await taskResults.put(run.id, result);
    results.set(name, parsedResult(result.done));
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'run_folder_invalid') throw error;
    const reason = error.message;
    log('warn', "a task's result cannot be read", { runId: run.id, ...id, error: reason });
    await folder.put(runFolderPaths.damaged(id), toJson({ reason }));
    results.set(name, { state: 'damaged', error: reason });
  }
}

/** Throws `run_folder_invalid`. */
async function readResult(folder: RunFolder, id: TaskId, landedAtMs: number): Promise<TaskResult> {
  const done = parseJson(await readLanded(folder, runFolderPaths.done(id)), runFolderPaths.done(id), doneSchema);
  if (done.region !== id.region || done.task !== id.task) {
    throw new LoadstarError('run_folder_invalid', `${runFolderPaths.done(id)} is of task ${taskName(done)}.`);
  }
  const { total, labels } = readTaurusXml(decodeUtf8(await readLanded(folder, runFolderPaths.xml(id))));
  if (total.samples !== done.requests || total.failures !== done.failures) {
    throw new LoadstarError(
      'run_folder_invalid',
      `Its XML counts ${total.samples} requests and ${total.failures} failures, done.json ${done.requests} and ${done.failures}.`,
    );
  }
  return { ...id, done, total, labels, landedAtMs };
}

async function readLanded(folder: RunFolder, path: string): Promise<Uint8Array> {
  const body = await folder.get(path);
  if (body === null) throw new LoadstarError('run_folder_invalid', `${path} is missing.`);
  return body;
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw new LoadstarError('run_folder_invalid', 'The final-stats XML is not text in UTF-8.', { cause: error });
  }
}

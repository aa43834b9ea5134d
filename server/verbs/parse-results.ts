/** Turns results that landed into rows. One that cannot be read is marked as damaged in the run folder, and counts as lost. */
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { readTaurusXml } from '../../core/report/taurus-xml.ts';
import { finalPhases, type Run } from '../../core/run/run.ts';
import { plannedTasks, taskName } from '../../core/run/tasks.ts';
import { doneSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskResult } from '../ports/stores.ts';
import { inParallel } from '../run-folder/in-parallel.ts';
import { openRunFolder, parseJson, type RunFolder, toJson } from '../run-folder/run-folder.ts';
import { type KnownResult, parsedResult, type RunMemory } from './run-memory.ts';

/** Results read at once. */
const AT_ONCE = 16;

/** Parsed in one call at most, so that a tick ends in time; the rest is asked for again. */
const PARSED_PER_CALL_MAX = 2_000;

/** Parses the results that the last observation saw and nobody has looked at. Throws when the stores fail; then it is done again. */
export async function parseResults(
  ports: Pick<Ports, 'taskResults' | 'log'>,
  { run, memory }: { run: Run; memory: RunMemory },
): Promise<void> {
  const waiting = plannedTasks(run.regions).filter((id) => {
    const name = taskName(id);
    return memory.landedAtMs.has(name) && !memory.results.has(name);
  });
  await inParallel(waiting.slice(0, PARSED_PER_CALL_MAX), AT_ONCE, async (id) => {
    const name = taskName(id);
    const { folder, landedAtMs, results } = memory;
    results.set(name, await parseResult(ports, folder, { runId: run.id, id, landedAtMs: landedAtMs.get(name) ?? 0 }));
  });
}

export interface LandedResult {
  runId: string;
  id: TaskId;
  landedAtMs: number;
}

/**
 * Parses one result of which an event tells that it landed: the same as a tick does for all that it sees, so that events may come twice, late or
 * never. `ignored`: of a run that is gone or has its report, of no task of it, or the result is gone. Throws when the stores fail.
 */
export async function parseLandedResult(
  ports: Pick<Ports, 'runs' | 'objects' | 'taskResults' | 'log'>,
  landed: LandedResult,
): Promise<'parsed' | 'damaged' | 'ignored'> {
  const { id, runId } = landed;
  const run = await ports.runs.get(runId);
  if (run === null || finalPhases.has(run.phase)) return 'ignored';
  const planned = run.regions.find(({ name }) => name === id.region);
  if (planned === undefined || id.task >= planned.tasks) return 'ignored';
  const folder = openRunFolder(ports.objects, runId);
  if ((await folder.get(runFolderPaths.xml(id))) === null) return 'ignored';
  return (await parseResult(ports, folder, landed)).state;
}

async function parseResult(
  { taskResults, log }: Pick<Ports, 'taskResults' | 'log'>,
  folder: RunFolder,
  { id, landedAtMs, runId }: LandedResult,
): Promise<KnownResult> {
  try {
    const result = await readResult(folder, id, landedAtMs);
    await taskResults.put(runId, result);
    return parsedResult(result.done);
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'run_folder_invalid') throw error;
    const reason = error.message;
    log('warn', "a task's result cannot be read", { runId, ...id, error: reason });
    await folder.put(runFolderPaths.damaged(id), toJson({ reason }));
    return { state: 'damaged', error: reason };
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

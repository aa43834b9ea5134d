/** What a task prints: so far, or as it goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { TaskId } from '../../../core/plan/plan.ts';
import { finalPhases } from '../../../core/run/run.ts';
import { plannedTasks, regionNames, taskName } from '../../../core/run/tasks.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { Ports } from '../../ports/ports.ts';
import { openRunFolder } from '../../run-folder/run-folder.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';
import { LastLines, LogLines } from './log-lines.ts';

const CHUNK_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 250;

type LogPorts = Pick<Ports, 'runs' | 'objects' | 'taskLogs' | 'launcher'>;

export interface TaskLogInput extends TaskId {
  runId: string;
  /** Go on until the task has ended. */
  follow: boolean;
  /** Whether what is followed is waited for; if not, the log ends with what there is. Default: it is. */
  waits?: boolean;
  /** Begin with the last so many lines; null: as many as an answer may hold. */
  tailLines: number | null;
}

export interface TaskLog {
  /** UTF-8, in pieces. */
  text: AsyncGenerator<Uint8Array>;
  /** It is followed, and ends before the task does: there may be more later. */
  isOpen: boolean;
}

/**
 * The log of a task. What whoever ran the task has forgotten comes from the copy among the artifacts. Throws `forbidden`, `not_found` for a task
 * that the run does not have, and for one that has not printed anything unless it is followed while the run goes on. Ends when `signal` is aborted.
 */
export async function readTaskLog(
  ports: LogPorts,
  actor: Actor,
  input: TaskLogInput,
  signal: AbortSignal,
): Promise<TaskLog> {
  requireRole(actor, 'viewer');
  const run = await readRun(ports, input);
  if (!plannedTasks(run.regions).some((id) => taskName(id) === taskName(input))) {
    throw new LoadstarError('not_found', `Run ${input.runId} has no task ${taskName(input)}.`);
  }
  const mayCome = input.follow && !finalPhases.has(run.phase);
  const isThere = (await ports.taskLogs.read(input.runId, input, 0, 1)) !== null;
  if (!isThere && !mayCome && (await readKept(ports, input)) === null) {
    throw new LoadstarError('not_found', `Task ${taskName(input)} of run ${input.runId} has printed nothing yet.`);
  }
  const isOpen = mayCome && input.waits === false && !(await hasTaskEnded(ports, input));
  return { text: pieces(ports, isOpen ? { ...input, follow: false } : input, signal), isOpen };
}

async function* pieces(ports: LogPorts, input: TaskLogInput, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const log = new OpenLog(ports, input);
  const linesMax = input.tailLines ?? Number.POSITIVE_INFINITY;
  const last = new LastLines({ linesMax, bytesMax: limits.apiBodyBytesMax });
  // Before it is read: what it wrote before it was seen to have ended must be seen too.
  const isWhole = !input.follow || (await hasTaskEnded(ports, input));
  for (let lines = await log.next(); lines !== null && !signal.aborted; lines = await log.next()) last.add(lines);
  if (isWhole) last.add(await log.finish());
  yield last.take();
  if (isWhole) return;
  while (!signal.aborted) {
    const hasEnded = await hasTaskEnded(ports, input);
    for (let lines = await log.next(); lines !== null && !signal.aborted; lines = await log.next()) {
      if (lines.length > 0) yield Buffer.from(lines.join(''));
    }
    if (hasEnded) {
      yield Buffer.from((await log.finish()).join(''));
      return;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** A log while it is read from its beginning on. */
class OpenLog {
  readonly #ports: LogPorts;
  readonly #input: TaskLogInput;
  readonly #lines = new LogLines();
  #offset = 0;
  /** Bytes of all lines given so far. */
  #givenBytes = 0;

  constructor(ports: LogPorts, input: TaskLogInput) {
    this.#ports = ports;
    this.#input = input;
  }

  /** The lines of its next piece; null when there is none by now. */
  async next(): Promise<string[] | null> {
    const chunk = await this.#ports.taskLogs.read(this.#input.runId, this.#input, this.#offset, CHUNK_BYTES);
    if (chunk === null || chunk.length === 0) return null;
    this.#offset += chunk.length;
    const lines = this.#lines.add(chunk);
    for (const line of lines) this.#givenBytes += Buffer.byteLength(line);
    return lines;
  }

  /** What is left when there is no more: a line without an end; or, when it is gone, what the kept copy has beyond. */
  async finish(): Promise<string[]> {
    const isThere = (await this.#ports.taskLogs.read(this.#input.runId, this.#input, this.#offset, 1)) !== null;
    const kept = isThere ? null : await readKept(this.#ports, this.#input);
    if (kept === null) return this.#lines.end();
    return new TextDecoder().decode(kept.subarray(this.#givenBytes)).split(/(?<=\n)/);
  }
}

async function readKept(ports: LogPorts, { runId, region, task }: TaskLogInput): Promise<Uint8Array | null> {
  return openRunFolder(ports.objects, runId).get(runFolderPaths.artifact({ region, task }, 'task.log'));
}

/** A task that is to come has not ended. */
async function hasTaskEnded(ports: LogPorts, { runId, region, task }: TaskLogInput): Promise<boolean> {
  const run = await ports.runs.get(runId);
  if (run === null || finalPhases.has(run.phase)) return true;
  const launched = await ports.launcher.observe(runId, regionNames(run));
  return launched.some((each) => each.region === region && each.task === task && each.state === 'ended');
}

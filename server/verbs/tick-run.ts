/** One turn of a run: look, decide, note, act. */
import { LoadstarError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Command } from '../../core/run/observation.ts';
import { reduce } from '../../core/run/reduce.ts';
import { finalPhases, type Run } from '../../core/run/run.ts';
import { abandonRun, enterPhase } from '../../core/run/transitions.ts';
import type { TickOutcome } from '../ports/driver.ts';
import type { Ports } from '../ports/ports.ts';
import { observeRun } from './observe-run.ts';
import { performCommand } from './perform/perform-command.ts';
import { type RunMemories, type RunMemory, recallRun } from './run-memory.ts';
import { storeRun } from './update-run.ts';

type TickPorts = Pick<
  Ports,
  | 'runs'
  | 'taskResults'
  | 'objects'
  | 'launcher'
  | 'runFolderUrl'
  | 'runFolderAccess'
  | 'secrets'
  | 'nowMs'
  | 'log'
  | 'taskLogs'
>;

/** What a tick found and decided, for whoever shows the run's progress. */
export interface Tick {
  run: Run;
  tasksReady: number;
  tasksDelivered: number;
}

/**
 * Observes the run, decides what follows, stores that, then does what was decided. The row is stored before anything is done, so that of
 * several control planes only the one whose view was up to date acts; what a dying one leaves undone, the next tick finds undone.
 * Says when the next tick is due, or that the run is final. Throws when a port fails; the driver tries again.
 */
export async function tickRun(
  ports: TickPorts,
  { runId, memories, onTick }: { runId: string; memories: RunMemories; onTick?: (tick: Tick) => void },
): Promise<TickOutcome> {
  const run = await ports.runs.get(runId);
  if (run === null || finalPhases.has(run.phase)) {
    memories.delete(runId);
    return { final: true };
  }
  const memory = await recallOrGiveUp(ports, memories, run);
  if (memory === null) return { final: false, nextInMs: 0 };
  const observation = await observeRun(ports, { run, memory });
  const { run: decided, commands } = reduce(run, observation, ports.nowMs());
  const next = decided === run ? run : { ...decided, version: run.version + 1 };
  if (next !== run && !(await storeRun(ports, next))) return { final: false, nextInMs: 0 };
  if (next.phase !== run.phase) {
    ports.log('info', 'a run enters another phase', { runId, phase: next.phase, reason: next.reason });
  }
  onTick?.({
    run: next,
    tasksReady: observation.tasks.filter(({ ready }) => ready).length,
    tasksDelivered: observation.tasks.filter(({ result }) => result === 'parsed').length,
  });
  await performAll(ports, next, memory, commands);
  if (finalPhases.has(next.phase)) {
    memories.delete(runId);
    return { final: true };
  }
  return { final: false, nextInMs: next.phase === run.phase ? paceMs(next, memory.plan, ports.nowMs()) : 0 };
}

/** Without its plan a run can neither go on nor be reported: it is given up. Null when it was. */
async function recallOrGiveUp(ports: TickPorts, memories: RunMemories, run: Run): Promise<RunMemory | null> {
  let reason = 'Its plan is missing in the run folder.';
  try {
    const memory = await recallRun(ports, memories, run);
    if (memory !== null) return memory;
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'run_folder_invalid') throw error;
    reason = error.message;
  }
  ports.log('error', 'a run is given up', { runId: run.id, reason });
  try {
    await ports.launcher.kill(run.id, await ports.launcher.observe(run.id), 0);
    await ports.launcher.release(run.id);
  } catch (error) {
    ports.log('error', 'its tasks could not be cleaned up', { runId: run.id, error: (error as Error).message });
  }
  const nowMs = ports.nowMs();
  const failed = enterPhase(abandonRun(run, reason, nowMs), 'failed', nowMs);
  await storeRun(ports, { ...failed, version: run.version + 1 });
  return null;
}

/** Performs every command, whatever becomes of the others; then throws the first error. */
async function performAll(ports: TickPorts, run: Run, memory: RunMemory, commands: readonly Command[]): Promise<void> {
  const errors: unknown[] = [];
  for (const command of commands) {
    try {
      await performCommand(ports, { run, memory, command });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** How soon a run in this state deserves to be looked at again. */
function paceMs(run: Run, plan: Plan, nowMs: number): number {
  switch (run.phase) {
    case 'parsing results':
      // The first tries come at once; when they keep failing, something must get well first.
      return Math.min(16_000, 2 ** Math.max(0, run.reportAttempts - 1) * 50);
    case 'cleaning up':
      return 50;
    case 'queued':
      return 500;
    case 'running':
      return run.stopAtMs === null && !isLoadOver(run, plan, nowMs) ? 500 : 250;
    default:
      return 250;
  }
}

function isLoadOver({ goAtMs }: Run, { durationSeconds }: Plan, nowMs: number): boolean {
  return goAtMs !== null && durationSeconds !== null && nowMs >= goAtMs + durationSeconds * 1000;
}

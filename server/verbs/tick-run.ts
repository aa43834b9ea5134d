/** One turn of a run: look, decide, note, act. */
import { LoadstarError } from '../../core/errors.ts';
import type { Command } from '../../core/run/observation.ts';
import { type Pace, quickPaceMs } from '../../core/run/pace.ts';
import { reduce } from '../../core/run/reduce.ts';
import { finalPhases, type Phase, type Run } from '../../core/run/run.ts';
import type { TickOutcome } from '../ports/driver.ts';
import type { Ports } from '../ports/ports.ts';
import { giveUpRun } from './give-up-run.ts';
import { observeRun } from './observe-run.ts';
import { type PerformPorts, performCommand } from './perform/perform-command.ts';
import { keepCheckpoint } from './run-checkpoint.ts';
import { type RunMemories, type RunMemory, recallRun } from './run-memory.ts';
import { storeRun } from './update-run.ts';

export type TickPorts = PerformPorts & Pick<Ports, 'runs'>;

/** What a tick found and decided, for whoever shows the run's progress. */
export interface Tick {
  run: Run;
  tasksReady: number;
  tasksDelivered: number;
}

export interface TickOptions {
  runId: string;
  /** Of this process; null where each tick may be another's: it begins with what is stored, and leaves all there. */
  memories: RunMemories | null;
  /** Default: the quick one. */
  paceMs?: Pace;
  onTick?: (tick: Tick) => void;
}

/**
 * Observes the run, decides what follows, stores that, then does what was decided. The row is stored before anything is done, so that of
 * several control planes only the one whose view was up to date acts; what a dying one leaves undone, the next tick finds undone.
 * Says when the next tick is due, or that the run is final, and which phase it is in (null: it is gone). Throws when a port fails; the
 * driver tries again.
 */
export async function tickRun(
  ports: TickPorts,
  { runId, memories, paceMs = quickPaceMs, onTick }: TickOptions,
): Promise<TickOutcome & { phase: Phase | null }> {
  const run = await ports.runs.get(runId);
  if (run === null || finalPhases.has(run.phase)) {
    memories?.delete(runId);
    return { final: true, phase: run?.phase ?? null };
  }
  const memory = await recallOrGiveUp(ports, memories, run);
  if (memory === null) return { final: false, nextInMs: 0, phase: run.phase };
  const observation = await observeRun(ports, { run, memory });
  await noteAndTell(ports, memory, run.id);
  const { run: decided, commands } = reduce(run, observation, ports.nowMs());
  const next = decided === run ? run : { ...decided, version: run.version + 1 };
  if (next !== run && !(await storeRun(ports, next))) return { final: false, nextInMs: 0, phase: run.phase };
  if (next.phase !== run.phase) {
    ports.log('info', 'a run enters another phase', { runId, phase: next.phase, reason: next.reason });
  }
  onTick?.({
    run: next,
    tasksReady: observation.tasks.filter(({ ready }) => ready).length,
    tasksDelivered: observation.tasks.filter(({ result }) => result === 'parsed').length,
  });
  try {
    await performAll(ports, next, memory, commands);
  } finally {
    await noteAndTell(ports, memory, run.id);
  }
  const { phase } = next;
  if (finalPhases.has(phase)) {
    memories?.delete(runId);
    return { final: true, phase };
  }
  return { final: false, nextInMs: phase === run.phase ? paceMs(next, memory.plan, ports.nowMs()) : 0, phase };
}

/** What was measured is told when it is noted that it was: so it is not told twice. */
async function noteAndTell(ports: TickPorts, memory: RunMemory, runId: string): Promise<void> {
  const isNoted = await keepCheckpoint(memory, runId, ports.log);
  if (isNoted && memory.unreported.length > 0) ports.runMetrics?.report(memory.unreported.splice(0));
}

/** Without its plan a run can neither go on nor be reported: it is given up. Null when it was. */
async function recallOrGiveUp(ports: TickPorts, memories: RunMemories | null, run: Run): Promise<RunMemory | null> {
  let reason = 'Its plan is missing in the run folder.';
  try {
    const memory = await recallRun(ports, memories, run);
    if (memory !== null) return memory;
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'run_folder_invalid') throw error;
    reason = error.message;
  }
  await giveUpRun(ports, { runId: run.id, reason });
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

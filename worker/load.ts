/** A task's load: prepare the engine, mark the task ready, wait for go, run. An interruption ends it at any point. */
import { LoadstarError } from '../core/errors.ts';
import { type GeneratorHealth, type Ready, runFolderPaths } from '../core/run-folder/run-folder.ts';
import type { Engine, EngineOutcome } from './engine.ts';
import { type HealthMonitor, noHealth, quantilesMs, startHealthMonitor } from './health.ts';
import type { Interruptions } from './interruptions.ts';
import type { TaskContext } from './task-context.ts';

/** What requests under way get when the load is stopped. */
const STOP_GRACE_MS = 2_000;
/** An engine that has not ended this long after its grace is given up. */
const STOP_PATIENCE_MS = 5_000;
/** How long before the start the engine gets the instant: enough to set up, short enough that the clocks do not drift apart. */
const START_LEAD_MS = 250;
/** When go has passed already: how far ahead of now the engine starts. */
const LATE_START_LEAD_MS = 5;
/** What is known of a load when it has ended, however that came. */
export interface EndedLoad {
  /** Epoch milliseconds, control plane's clock; null when the load never began. */
  startedAtMs: number | null;
  health: GeneratorHealth;
  /** Of the script's own; not given: all were met. */
  failedCriterion?: string | undefined;
}

/**
 * Makes the load. `goAtMs` resolves when go is ordered; `loopThreads`: event loops that will make it, of those that can run at once. Never throws: what goes wrong is raised as a failure, and then the load ends as
 * with any other interruption.
 */
export async function makeLoad(
  context: TaskContext,
  createEngine: () => Engine | Promise<Engine>,
  { goAtMs, loopThreads }: { goAtMs: Promise<number>; loopThreads: number },
  interruptions: Interruptions,
): Promise<EndedLoad> {
  if (interruptions.signal.aborted) return { startedAtMs: null, health: noHealth };
  try {
    const engine = await createEngine();
    if (interruptions.signal.aborted) return { startedAtMs: null, health: noHealth };
    interruptions.signal.addEventListener('abort', () => engine.stop(STOP_GRACE_MS), { once: true });
    const start = await prepareAndWait(context, engine, goAtMs, interruptions);
    if (start === null) return { startedAtMs: null, health: noHealth };
    const ended = await runEngine(context, engine, { ...start, loopThreads }, interruptions);
    return { startedAtMs: start.goAtMs, ...ended };
  } catch (error) {
    interruptions.fail(error);
    return { startedAtMs: null, health: noHealth };
  }
}

/** The start in both clocks, shortly before it comes; null when interrupted. */
async function prepareAndWait(
  { clock, folder, host, id, log, sharedLog, workerVersion }: TaskContext,
  engine: Engine,
  goOrdered: Promise<number>,
  interruptions: Interruptions,
): Promise<{ goAtMs: number; startAtMs: number } | null> {
  await interruptions.orInterrupted(engine.prepare());
  if (interruptions.signal.aborted) return null;

  const clockOffsetMs = await folder.clockOffsetMs();
  const logStream = sharedLog?.stream ?? null;
  const ready: Ready = { ...id, workerVersion, host, clockOffsetMs, ...(logStream !== null && { logStream }) };
  await folder.write(runFolderPaths.ready(id), Buffer.from(`${JSON.stringify(ready, null, 2)}\n`));
  log('info', 'ready, waiting for go', { clockOffsetMs });

  const goAtMs = await interruptions.orInterrupted(goOrdered);
  if (goAtMs === null) return null;
  const ownGoAtMs = goAtMs - clockOffsetMs;
  log('info', 'go', { goAtMs, inMs: Math.round(ownGoAtMs - clock.epochMs()) });
  await clock.sleep(ownGoAtMs - clock.epochMs() - START_LEAD_MS, interruptions.signal);
  return interruptions.signal.aborted ? null : { goAtMs, startAtMs: clock.monotonicMsAt(ownGoAtMs) };
}

/** Runs the engine to its end and says how the generator did. */
async function runEngine(
  { clock, health, host }: TaskContext,
  engine: Engine,
  { goAtMs, loopThreads, startAtMs }: { goAtMs: number; loopThreads: number; startAtMs: number },
  interruptions: Interruptions,
): Promise<Omit<EndedLoad, 'startedAtMs'>> {
  const givenAtMs = Math.max(startAtMs, clock.monotonicMs() + LATE_START_LEAD_MS);
  const ended = new AbortController();
  let monitor: HealthMonitor | null = null;
  void clock.sleep(givenAtMs - clock.monotonicMs(), ended.signal).then(() => {
    if (!ended.signal.aborted)
      monitor = startHealthMonitor(engine.health ?? health, { loopThreads: engine.health ? host.cpus : loopThreads });
  });
  try {
    const outcome = await Promise.race([
      engine.run(givenAtMs, goAtMs),
      stuckAfterStop(clock, interruptions, ended.signal),
    ]);
    return { health: healthOf(monitor, outcome, givenAtMs - startAtMs), failedCriterion: outcome.failedCriterion };
  } catch (error) {
    interruptions.fail(error);
    return { health: healthOf(monitor, null, 0) };
  } finally {
    ended.abort();
  }
}

/** Rejects when the engine was told to stop and should have ended long ago. */
async function stuckAfterStop(
  clock: TaskContext['clock'],
  interruptions: Interruptions,
  ended: AbortSignal,
): Promise<never> {
  await interruptions.orInterrupted(new Promise(() => {}));
  await clock.sleep(STOP_GRACE_MS + STOP_PATIENCE_MS, ended);
  throw new LoadstarError('task_failed', 'the engine was told to stop and did not end');
}

function healthOf(monitor: HealthMonitor | null, outcome: EngineOutcome | null, lateMs: number): GeneratorHealth {
  return {
    ...noHealth,
    ...monitor?.stop(),
    ...(outcome?.eventLoopLagMs === undefined ? {} : { eventLoopLagMs: outcome.eventLoopLagMs }),
    ...(outcome === null
      ? {}
      : { startLatenessMs: quantilesMs(outcome.startLateness), startSkewMs: outcome.startSkewMs + lateMs }),
  };
}

/**
 * An engine turns a task's shard into samples. The task (`task.ts`) speaks the run-folder protocol around it; the engine knows
 * neither folder nor control plane.
 */
import type { Plan, TaskId } from '../core/plan/plan.ts';
import type { GeneratorHealth } from '../core/run-folder/run-folder.ts';
import type { Distribution } from '../core/statistics/distribution.ts';
import type { Window } from '../core/statistics/window.ts';
import type { HealthSource } from './health.ts';

export interface EngineContext {
  plan: Plan;
  id: TaskId;
  /** Values of the secrets that the plan names. What people read of a run (labels, errors, files) must show none of them. */
  secrets: ReadonlyMap<string, string>;
  /** A file of the scenario, by its path below `files/` of the run folder. Throws `scenario_file_missing`. */
  readFile(path: string): Promise<Uint8Array>;
  log(level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>): void;
  /**
   * Called once for every second from 0 on, in order, empty ones included, soon after the second is over; the last one may be a part of
   * a second. The window is only valid during the call: its memory is used again for the next second.
   */
  onWindow(window: Window): void;
}

/** What an engine gets of a task. */
export interface TaskEngineContext extends EngineContext {
  /** Keeps a file with the run, by a path below the task's artifacts. Throws `store_failed`. */
  writeArtifact(name: string, bytes: Uint8Array): Promise<void>;
}

export interface EngineOutcome {
  /** How late after the instant given to `run` the load really began. */
  startSkewMs: number;
  /** Lateness of starts for which a user was free: the generator's own. */
  startLateness: Distribution;
  /** A criterion of the script's own that was not met, for people. */
  failedCriterion?: string;
  /** How late timers fired in the event loops that made the load; not given: it was made in this thread's. */
  eventLoopLagMs?: GeneratorHealth['eventLoopLagMs'];
}

export interface Engine {
  /** What its load costs, where that is not made by this process alone; such an engine may use all cores. */
  readonly health?: HealthSource;
  /** Gets all ready that can be done before the start: reads files, compiles requests, resolves names, warms up. Throws a `LoadstarError`. */
  prepare(): Promise<void>;
  /**
   * Starts the load at `startAtMs` (of `performance.now()`, in the future), which is `goAtMs` on the control plane's clock (epoch), and resolves when the shard is done or `stop` took effect, after
   * the last `onWindow`. A failing target is data, never an exception.
   */
  run(startAtMs: number, goAtMs: number): Promise<EngineOutcome>;
  /** Begins no request any more; gives those under way `graceMs`, then closes them as unfinished. Also works before `run`. */
  stop(graceMs: number): void;
}

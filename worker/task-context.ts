/** All that a task needs of the world around it. */
import type { TaskId } from '../core/plan/plan.ts';
import type { Ready } from '../core/run-folder/run-folder.ts';
import type { Clock } from './clock.ts';
import type { Engine, TaskEngineContext } from './engine.ts';
import type { HealthSource } from './health.ts';
import type { HiddenTexts } from './hidden-texts.ts';
import type { Log } from './log.ts';
import type { RunFolder } from './run-folder/run-folder.ts';
import type { SharedLog } from './shared-log.ts';

export interface TaskContext {
  id: TaskId;
  folder: RunFolder;
  clock: Clock;
  log: Log;
  /** Null: what it prints goes to a log of its own. */
  sharedLog: SharedLog | null;
  /** To zstd, off the event loop. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /** Prints a window's line; must not block. */
  printLine(line: string): void;
  /** Secrets that came with the task; null: it asks the run folder for them. */
  secrets: ReadonlyMap<string, string> | null;
  /** What nobody may read in the log and in what the task delivers. */
  hidden: HiddenTexts;
  createEngine(context: TaskEngineContext): Engine | Promise<Engine>;
  health: HealthSource;
  host: Ready['host'];
  workerVersion: string;
  /** Aborted from outside (a signal): ends as if control said stop. */
  stopSignal: AbortSignal;
  /** Aborted with an error as its reason when something broke that no call reported. */
  failureSignal: AbortSignal;
}

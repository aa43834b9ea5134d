/** What a task's main thread and its worker threads say to each other. */
import type { ErrorCode, FieldProblem } from '../../../core/errors.ts';
import type { Plan, TaskId } from '../../../core/plan/plan.ts';
import type { EngineContext, EngineOutcome } from '../../engine.ts';

/** What a thread is begun with. */
export interface ThreadData {
  plan: Plan;
  id: TaskId;
  /** Values by name. */
  secrets: ReadonlyMap<string, string>;
  /** Its number, from 0. */
  thread: number;
}

/** A `LoadstarError` on its way between threads. */
export interface CarriedError {
  code: ErrorCode;
  message: string;
  fields: readonly FieldProblem[];
}

export type ToThread =
  /** `startAtMs` on the system's monotonic clock, which all threads share (`../pacing/monotonic-clock.ts`). */
  | { kind: 'run'; startAtMs: number; goAtMs: number }
  | { kind: 'stop'; graceMs: number }
  /** An action in another thread has ended the execution of that number for all users. */
  | { kind: 'stop-execution'; execution: number; isNow: boolean }
  | { kind: 'file'; path: string; bytes: Uint8Array | null; error: CarriedError | null };

export type FromThread =
  | { kind: 'prepared' }
  | { kind: 'read-file'; path: string }
  | { kind: 'log'; level: Parameters<EngineContext['log']>[0]; message: string; fields: Record<string, unknown> | null }
  /** A second of the thread's samples, as a segment of its own. */
  | { kind: 'window'; segment: Uint8Array }
  | { kind: 'execution-stopped'; execution: number; isNow: boolean }
  | {
      kind: 'ended';
      startSkewMs: number;
      /** A distribution, as segments hold them. */
      startLateness: Uint8Array;
      eventLoopLagMs: NonNullable<EngineOutcome['eventLoopLagMs']>;
    }
  | { kind: 'failed'; error: CarriedError };

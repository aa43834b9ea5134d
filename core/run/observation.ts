/** What a tick saw, and what the reducer wants done: the two sides of the run's state machine. */
import type { TaskId } from '../plan/plan.ts';
import type { Control } from '../run-folder/run-folder.ts';

/** One planned task as the tick saw it. */
export interface TaskObservation extends TaskId {
  /** absent: never launched, or the launcher knows nothing of it. */
  process: 'absent' | 'running' | 'ended';
  /** For ended ones, for people: exit code or signal, and the last line of its log. */
  endedBecause: string | null;
  ready: boolean;
  /** Its XML landed. */
  delivered: boolean;
  /** Its `done.json` says that it failed, with the error. */
  error: string | null;
}

export interface Observation {
  /** Every planned task, once. */
  tasks: TaskObservation[];
  control: Control | null;
  /** The first criterion that wants the run stopped; evaluated from merged segments. */
  stopCriterion: { message: string; fail: boolean } | null;
  /** Results that landed and were parsed into rows. */
  resultsParsed: number;
  /** The report is stored: its verdict. */
  verdict: 'passed' | 'failed' | 'invalid' | 'none' | null;
}

/** What the reducer asks for. Each is idempotent: a tick that dies half-way is done again whole. */
export type Command =
  /** Start these tasks. `token` is the same for a repeated launch of the same tasks. */
  | { kind: 'launch'; tasks: TaskId[]; token: string }
  /** Write `control.json` with this state and the next revision; also sent with nothing new, to renew the lease. */
  | { kind: 'control'; state: 'wait' | 'go' | 'stop'; goAtMs: number | null; stopReason: Control['stopReason'] }
  /** Parse the results that landed and have no row yet. */
  | { kind: 'parse-results' }
  /** Merge what there is into the report and store it with the run. */
  | { kind: 'consolidate'; status: 'complete' | 'failed' | 'cancelled' }
  /** End these tasks' processes, politely first. */
  | { kind: 'kill'; tasks: TaskId[] }
  /** Release what the run holds (capacity, processes, temporary files). */
  | { kind: 'clean-up' };

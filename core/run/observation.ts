/** What a tick saw, and what the reducer wants done: the two sides of the run's state machine. */
import type { TaskId } from '../plan/plan.ts';
import type { Control, Done } from '../run-folder/run-folder.ts';
import type { LostTask, RunSummary } from './run.ts';

/** One planned task as the tick saw it. */
export interface TaskObservation extends TaskId {
  /** absent: never launched, or the launcher knows nothing of it (any more). */
  process: 'absent' | 'running' | 'ended';
  /** For ended ones, for people: exit code or signal, and the last line of its log. */
  endedBecause: string | null;
  ready: boolean;
  /** none: its XML has not landed. landed: it has, and nobody looked at it yet. parsed: its row is stored. damaged: it cannot be read. */
  result: 'none' | 'landed' | 'parsed' | 'damaged';
  /** How its `done.json` says that it ended; null while that is not known. */
  exit: Done['exit'] | null;
  /** For people: what its `done.json` says went wrong, or what is damaged. */
  error: string | null;
}

/** What the run's row takes over from its report. */
export interface ReportedEnd {
  status: 'complete' | 'failed' | 'cancelled';
  verdict: 'passed' | 'failed' | 'invalid' | 'none';
  lostTasks: LostTask[];
  summary: RunSummary;
}

export interface Observation {
  /** Every planned task, once. */
  tasks: TaskObservation[];
  control: Control | null;
  /** The first criterion that wants the run stopped; evaluated from merged segments. */
  stopCriterion: { message: string; fail: boolean } | null;
  /** Why the last launch failed, for people; null when it did not, or is not remembered. */
  launchError: string | null;
  /** What keeps tasks from being started, for people, as far as it is remembered. */
  launchWaitsFor?: string | null;
  /** What the stored report says; null while there is none. */
  report: ReportedEnd | null;
}

/**
 * What the reducer asks for. Commands follow from the state of things and are asked for again while it lasts, and each is idempotent: a
 * tick that died half-way loses nothing.
 */
export type Command =
  /** Start these tasks: always all of the run, always with the same token, so that those started already are not started twice. */
  | { kind: 'launch'; tasks: TaskId[]; token: string }
  /** Write `go` with a start instant this far ahead of the moment of writing. A `goAtMs` that is there already stays. */
  | { kind: 'go'; leadMs: number }
  /** Write `control.json` with the next revision, which renews the lease. Never takes a state back: a file that is further stays so. */
  | { kind: 'control'; state: 'wait' | 'go' | 'stop'; goAtMs: number | null; stopReason: Control['stopReason'] }
  /** Parse the results that landed and were not looked at yet. */
  | { kind: 'parse-results' }
  /** Merge what there is into the report and store it in the run folder. A report that is there already stays. */
  | { kind: 'consolidate'; status: 'complete' | 'failed' | 'cancelled' }
  /** End these tasks' processes, politely first. */
  | { kind: 'kill'; tasks: TaskId[] }
  /** Release what the run holds (capacity, processes, temporary files). Afterwards its tasks are seen as absent. */
  | { kind: 'clean-up' };

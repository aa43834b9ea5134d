/** What is known of a run while it is under way: all that the displays need. */
import type { Phase } from '../../core/run/run.ts';

/** The newest second of the run, merged over the tasks that have told of it. */
export interface LiveSecond {
  /** Whole seconds from go. */
  second: number;
  users: number;
  requestsPerSecond: number;
  /** Failures within this second. */
  failures: number;
  p95Ms: number;
}

export interface RunProgress {
  scenario: string;
  phase: Phase;
  tasksPlanned: number;
  /** Null: not known here. */
  tasksReady: number | null;
  tasksDelivered: number | null;
  /** While it is queued: what it waits for, when that is known. */
  waitingFor?: string | null;
  /** Seconds from go; negative while go lies ahead, null until it was decided. */
  elapsedSeconds: number | null;
  /** Seconds of load; null when only iterations end it. */
  plannedSeconds: number | null;
  /** Null until the first second was told of. */
  live: LiveSecond | null;
  /** Requests and failures of all seconds told of so far. Live data is lossy: the report has the truth. */
  requestsSoFar: number;
  failuresSoFar: number;
}

/** The share of the planned load that is behind, 0 to 1; null when it has no planned end. */
export function shareDone(progress: RunProgress): number | null {
  if (hasLoadBehind(progress)) return 1;
  if (progress.plannedSeconds === null) return null;
  return Math.min(1, Math.max(0, (progress.elapsedSeconds ?? 0) / progress.plannedSeconds));
}

function hasLoadBehind({ phase }: RunProgress): boolean {
  return phase === 'parsing results' || phase === 'cleaning up' || phase === 'complete';
}

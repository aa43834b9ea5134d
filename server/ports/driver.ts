/**
 * Calls `tick(runId)` again and again until it says that the run is final. Never twice at once for one run; a tick that throws
 * is logged and tried again. Survives nothing: after a restart, whoever starts the control plane drives the unfinished runs again.
 */
export interface Driver {
  /** Driving a run that is driven already does nothing. */
  drive(runId: string): void;
  /** Ticks the run as soon as possible instead of at its next turn. */
  wake(runId: string): void;
  /** Ends all driving; resolves when no tick is under way. */
  stop(): Promise<void>;
}

/** What a tick answers: when it wants to be called again, or that the run is final. */
export type TickOutcome = { final: true } | { final: false; nextInMs: number };

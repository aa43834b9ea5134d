/**
 * Calls `tick(runId)` again and again until it says that the run is final. Never twice at once for one run; a tick that throws
 * is logged and tried again. Waits at least as long as a tick says, rounded up to what the driver can tell apart (a second at most).
 */
export interface Driver {
  /**
   * Resolves when the run is sure to be driven from now on, also should this process end, if the driver outlives it at all: whoever is in charge
   * of the run until then (the queue, by its message) may let go of it. Driving a run that is driven already does nothing.
   */
  drive(runId: string): Promise<void>;
  /** Ticks the run as soon as possible instead of at its next turn. Where nobody can be woken it changes nothing. */
  wake(runId: string): Promise<void>;
}

/**
 * A driver that lives and ends with its process: after a restart, whoever starts the control plane drives the unfinished runs again. It drives
 * a run anew that was final, and wakes whom it drives.
 */
export interface ProcessDriver extends Driver {
  /** Ends all driving; resolves when no tick is under way. */
  stop(): Promise<void>;
}

/** What a tick answers: when it wants to be called again, or that the run is final. */
export type TickOutcome = { final: true } | { final: false; nextInMs: number };

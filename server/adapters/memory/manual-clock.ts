/** A clock that tests move by hand. */
export interface ManualClock {
  /** Epoch milliseconds. */
  now: () => number;
  advance(milliseconds: number): void;
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(milliseconds) {
      nowMs += milliseconds;
    },
  };
}

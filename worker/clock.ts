/** Time as an argument: the program uses `systemClock`, tests a simulated one. */
export interface Clock {
  /** Milliseconds since 1970 of this machine's own clock, which may be wrong or jump. */
  epochMs(): number;
  /** Milliseconds that never jump; those of `performance.now()`. */
  monotonicMs(): number;
  /** The monotonic instant at which this machine's clock shows `epochMs`, as exactly as can be told now. */
  monotonicMsAt(epochMs: number): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longer timers fire at once; nobody here sleeps for more than days without looking at the clock again. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  epochMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  monotonicMsAt(epochMs) {
    // Date.now() shows whole milliseconds only: at the moment it changes, its value is exact.
    const before = Date.now();
    let epochNow = before;
    while (epochNow === before) epochNow = Date.now();
    return performance.now() + (epochMs - epochNow);
  },
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(Math.max(ms, 0), TIMER_MS_MAX));
      signal?.addEventListener('abort', end, { once: true });
    });
  },
};

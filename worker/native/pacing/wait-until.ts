/** Waits for an instant, exact to some microseconds, at the price of turning around for the last milliseconds. */
const TURNING_MS = 3;
/** Node's timers take no longer delay. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** Resolves at `dueMs` (of `performance.now()`), or early when the signal is aborted. Never rejects. */
export function waitUntil(dueMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | null = null;
    const check = (): void => {
      const leftMs = dueMs - performance.now();
      if (leftMs <= 0 || signal.aborted) {
        signal.removeEventListener('abort', onAbort);
        resolve();
      } else if (leftMs <= TURNING_MS) setImmediate(check);
      else timer = setTimeout(check, Math.min(leftMs - TURNING_MS, DELAY_MS_MAX));
    };
    const onAbort = (): void => {
      if (timer !== null) clearTimeout(timer);
      check();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    check();
  });
}

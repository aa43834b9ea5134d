/** The system's monotonic clock, which all threads share: each has a `performance.now()` of its own. */

/** What the shared clock shows, in milliseconds, when this thread's `performance.now()` shows 0. */
export function monotonicOffsetMs(): number {
  // The two cannot be read at once: of some tries, the one with the least between them.
  let offsetMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 100; attempt++) {
    const beforeMs = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    offsetMs = Math.min(offsetMs, seconds * 1e3 + nanoseconds / 1e6 - beforeMs);
  }
  return offsetMs;
}

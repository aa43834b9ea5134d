/**
 * Ctrl-C and its like. A terminal sends it to every process of its group, and npm as well as our own starter pass it on, so the same press may
 * arrive several times within moments: signals that come close together are one.
 */

const interruptSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SAME_PRESS_MS = 500;

/** Calls `onPress` with 1 for the first interrupt, 2 for the second, ... until the returned function is called. */
export function listenForInterrupts(onPress: (press: number) => void): () => void {
  let presses = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  const listener = () => {
    const nowMs = performance.now();
    if (nowMs - lastAtMs < SAME_PRESS_MS) return;
    lastAtMs = nowMs;
    presses++;
    onPress(presses);
  };
  for (const signal of interruptSignals) process.on(signal, listener);
  return () => {
    for (const signal of interruptSignals) process.off(signal, listener);
  };
}

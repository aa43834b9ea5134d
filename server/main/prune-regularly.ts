/** Deletes old runs now and every hour. */
import type { Ports } from '../ports/ports.ts';
import { pruneRuns } from '../verbs/prune-runs.ts';

const EVERY_MS = 3_600_000;

/** Until the returned function is called. What fails is logged, and tried again the next time. */
export function pruneRegularly(ports: Ports, keepDays: number): () => void {
  const prune = (): void => {
    pruneRuns(ports, { keepDays }).then(
      (pruned) => {
        if (pruned > 0) ports.log('info', 'old runs were deleted', { pruned, keepDays });
      },
      (error: Error) => ports.log('error', 'old runs could not be looked for', { error: error.message }),
    );
  };
  const timer = setInterval(prune, EVERY_MS);
  timer.unref();
  prune();
  return () => clearInterval(timer);
}

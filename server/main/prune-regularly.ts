/** Deletes what is kept no longer, now and every hour. */
import type { Ports } from '../ports/ports.ts';
import { pruneRuns, type Retention } from '../verbs/prune-runs.ts';
import { pruneUploads } from '../verbs/uploads/uploads.ts';

const EVERY_MS = 3_600_000;

/** Until the returned function is called. What fails is logged, and tried again the next time. */
export function pruneRegularly(ports: Ports, retention: Retention): () => void {
  const prune = async (): Promise<void> => {
    try {
      const uploads = await pruneUploads(ports);
      const { artifacts, runs } = isForEver(retention) ? { artifacts: 0, runs: 0 } : await pruneRuns(ports, retention);
      if (uploads + artifacts + runs > 0) {
        ports.log('info', 'what is kept no longer was deleted', { runs, artifacts, uploads, ...retention });
      }
    } catch (error) {
      ports.log('error', 'what is kept no longer could not be looked for', { error: (error as Error).message });
    }
  };
  const timer = setInterval(() => void prune(), EVERY_MS);
  timer.unref();
  void prune();
  return () => clearInterval(timer);
}

function isForEver({ keepArtifactsDays, keepBytes, keepDays }: Retention): boolean {
  return keepDays === null && keepArtifactsDays === null && keepBytes === null;
}

/** Lambda that deletes once a day what is kept no longer. Uploads that nobody used, and packed artifacts, go by the bucket's own rules. */
import type { Context } from 'aws-lambda';
import { readEnvironment } from '../../adapters/aws/layout/environment.ts';
import { type Pruned, pruneRuns } from '../../verbs/prune-runs.ts';
import { log, noteInvocation } from './parts/log.ts';
import { objects } from './parts/objects.ts';
import { stores } from './parts/stores.ts';

/** Says what it did. What is left when its time is up goes the next day. */
export async function handler(_event: unknown, context: Context): Promise<Pruned> {
  noteInvocation(context);
  const given = readEnvironment(['keepDays', 'keepArtifactsDays']);
  const retention = { keepDays: daysOf(given.keepDays), keepArtifactsDays: daysOf(given.keepArtifactsDays) };
  if (retention.keepDays === null && retention.keepArtifactsDays === null) return { runs: 0, artifacts: 0 };
  const { audit, runs, taskResults } = stores();
  const ports = { runs, taskResults, audit, objects: objects(), nowMs: Date.now, log };
  // A bucket has no size that it could become too large for.
  const pruned = await pruneRuns(ports, { ...retention, keepBytes: null });
  log('info', 'what is kept no longer was deleted', { ...pruned, ...retention });
  return pruned;
}

function daysOf(text: string): number | null {
  return text === 'forever' ? null : Number(text);
}

/** Lambda that a task's result wakes when it lands in the bucket: turns it into its row. A tick does the same for what it finds unparsed. */
import type { Context } from 'aws-lambda';
import { readLandedResult } from '../../adapters/aws/s3/landed-result.ts';
import { parseLandedResult } from '../../verbs/parse-results.ts';
import { log, noteInvocation } from './parts/log.ts';
import { objects } from './parts/objects.ts';
import { stores } from './parts/stores.ts';

/** Events may come twice, late, or of objects that are none of its business. Throws when the stores fail: then the event comes again. */
export async function handler(event: unknown, context: Context): Promise<{ outcome: string }> {
  noteInvocation(context);
  const landed = readLandedResult(event);
  if (landed === null) return { outcome: 'ignored' };
  const { runs, taskResults } = stores();
  const outcome = await parseLandedResult({ runs, taskResults, objects: objects(), log }, landed);
  log('info', "a task's result has landed", { runId: landed.runId, ...landed.id, outcome });
  return { outcome };
}

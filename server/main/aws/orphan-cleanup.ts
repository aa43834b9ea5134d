/** Lambda that looks now and then for tasks that no live run has, and stops them. */
import type { Context } from 'aws-lambda';
import { finalPhases } from '../../../core/run/run.ts';
import { openEcsRegions } from '../../adapters/aws/ecs/ecs-regions.ts';
import { type StoppedOrphans, stopOrphans } from '../../adapters/aws/ecs/stop-orphans.ts';
import { ecsAccess } from './parts/ecs-access.ts';
import { log, noteInvocation } from './parts/log.ts';
import { runs } from './parts/runs.ts';

/** What is left of the Lambda's time then is for saying what was done. */
const KEPT_MS = 10_000;

/** Says what it did; throws when a region could not be cleaned, so that its failures are counted. */
export async function handler(_event: unknown, context: Context): Promise<StoppedOrphans> {
  noteInvocation(context);
  const regions = await openEcsRegions(ecsAccess()).all();
  const isLive = async (runId: string) => {
    const run = await runs().get(runId);
    return run !== null && !finalPhases.has(run.phase);
  };
  const untilMs = Date.now() + context.getRemainingTimeInMillis() - KEPT_MS;
  const result = await stopOrphans({ isLive, nowMs: Date.now, log }, { regions, untilMs });
  log(result.stopped > 0 ? 'warn' : 'info', 'orphaned tasks were looked for', { ...result });
  if (result.regionsFailed > 0)
    throw new Error(`${result.regionsFailed} regions could not be cleaned of orphaned tasks`);
  return result;
}

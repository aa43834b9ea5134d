/** One run, with its place in the queue, or what is known of it while it runs, or what it cost. */
import type { RunResource } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { actualCost } from '../costs/reckon-cost.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';
import { type DescribePorts, describeRun } from './describe-runs.ts';

/** Throws `not_found`. */
export async function readRunResource(
  ports: DescribePorts & Pick<Ports, 'objects' | 'taskOffers' | 'log'>,
  actor: Actor,
  { runId }: { runId: string },
): Promise<RunResource> {
  requireRole(actor, 'viewer');
  const run = await readRun(ports, { runId });
  const [resource, cost] = await Promise.all([describeRun(ports, run), actualCost(ports, run)]);
  return { ...resource, cost };
}

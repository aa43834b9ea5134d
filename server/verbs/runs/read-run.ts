/** One run, with its place in the queue or what is known of it while it runs. */

import type { RunResource } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';
import { type DescribePorts, describeRun } from './describe-runs.ts';

/** Throws `not_found`. */
export async function readRunResource(
  ports: DescribePorts,
  actor: Actor,
  { runId }: { runId: string },
): Promise<RunResource> {
  requireRole(actor, 'viewer');
  return describeRun(ports, await readRun(ports, { runId }));
}

/** Runs, newest first, as the API shows them. */

import type { RunPage } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Phase } from '../../../core/run/run.ts';
import { requireRole } from '../require-role.ts';
import { type DescribePorts, describeRuns } from './describe-runs.ts';

export interface ListRuns {
  scenarioId?: string | undefined;
  phase?: Phase | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** `cursor` as the page before answered it. Throws `option_invalid` for one that no page has answered. */
export async function listRuns(
  ports: DescribePorts,
  actor: Actor,
  { scenarioId, phase, limit, cursor }: ListRuns,
): Promise<RunPage> {
  requireRole(actor, 'viewer');
  const page = { scenarioId: scenarioId ?? null, phase: phase ?? null, limit, cursor: cursor ?? null };
  const { items, nextCursor } = await ports.runs.list(page);
  return { items: await describeRuns(ports, items), nextCursor };
}

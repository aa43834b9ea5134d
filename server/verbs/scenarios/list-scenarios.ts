/** Scenarios by what is looked for, each with its last run. */

import type { ScenarioItem } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ScenarioSort } from '../../ports/stores.ts';
import { requireRole } from '../require-role.ts';
import { describeItems } from './describe-scenarios.ts';

export interface ListScenarios {
  search?: string | undefined;
  /** All of them must be there. */
  tags?: readonly string[] | undefined;
  sort: ScenarioSort;
  limit: number;
  cursor?: string | undefined;
}

/** Throws `option_invalid` for a cursor that no list with this sorting gave. */
export async function listScenarios(
  ports: Pick<Ports, 'scenarios' | 'runs'>,
  actor: Actor,
  { search, tags = [], sort, limit, cursor }: ListScenarios,
): Promise<{ items: ScenarioItem[]; nextCursor: string | null }> {
  requireRole(actor, 'viewer');
  const page = { search: search ?? null, tags, sort, limit, cursor: cursor ?? null };
  const { items, nextCursor } = await ports.scenarios.list(page);
  return { items: await describeItems(ports, items), nextCursor };
}

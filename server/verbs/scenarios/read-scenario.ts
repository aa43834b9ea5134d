/** One scenario, as it was written and as it was understood. */

import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import { describeScenario } from './describe-scenarios.ts';
import { getScenario } from './get-scenario.ts';

/** Throws `not_found`. */
export async function readStoredScenario(
  ports: Pick<Ports, 'scenarios' | 'runs' | 'objects'>,
  actor: Actor,
  { scenarioId }: { scenarioId: string },
): Promise<ScenarioResource> {
  requireRole(actor, 'viewer');
  return describeScenario(ports, await getScenario(ports, scenarioId));
}

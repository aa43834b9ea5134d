/** One scenario, as it was written and as it was understood. */
import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Ports } from '../../ports/ports.ts';
import { describeScenario } from './describe-scenarios.ts';
import { getScenario } from './get-scenario.ts';

/** Throws `not_found`. */
export async function readStoredScenario(
  ports: Pick<Ports, 'scenarios' | 'runs' | 'objects'>,
  { scenarioId }: { scenarioId: string },
): Promise<ScenarioResource> {
  return describeScenario(ports, await getScenario(ports, scenarioId));
}

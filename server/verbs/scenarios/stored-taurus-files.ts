/** What planning can know of the files of a stored scenario before it starts. */
import type { Scenario } from '../../../core/scenario/scenario.ts';
import type { TaurusFiles } from '../../../core/taurus/plan-taurus.ts';
import type { Ports } from '../../ports/ports.ts';
import { readTaurusFiles } from '../taurus-files.ts';
import { findFiles } from './find-files.ts';

/** Scripts that were not uploaded yet are not in it. `scenarioId`: null where nothing is stored. Throws `scenario_too_large`. */
export async function storedTaurusFiles(
  ports: Pick<Ports, 'objects'>,
  scenario: Scenario,
  scenarioId: string | null,
): Promise<TaurusFiles> {
  if (scenario.taurus === null || scenarioId === null) return { scripts: new Map(), paths: [] };
  return readTaurusFiles(scenario, await findFiles(ports, { scenarioId, named: [], all: true }));
}

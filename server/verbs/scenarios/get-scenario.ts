/** One scenario's row. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';

/** Throws `not_found`. */
export async function getScenario(
  { scenarios }: Pick<Ports, 'scenarios'>,
  scenarioId: string,
): Promise<StoredScenario> {
  const stored = await scenarios.get(scenarioId);
  if (stored === null) throw new LoadstarError('not_found', `There is no scenario ${scenarioId}.`);
  return stored;
}

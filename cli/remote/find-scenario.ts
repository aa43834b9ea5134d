/** Scenarios by what people call them. */
import type { ScenarioItem } from '../../core/api/scenarios.ts';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { ApiClient } from '../client/api-client.ts';
import { allPages } from './all-pages.ts';

/** All scenarios of exactly this name. */
export async function scenariosNamed(client: ApiClient, name: string): Promise<ScenarioItem[]> {
  const query = { search: name, sort: 'name', limit: limits.pageItemsMax };
  const { items } = await allPages((cursor) => client.listScenarios({ ...query, cursor }));
  return items.filter((item) => item.name === name);
}

/** The id of the scenario with this id, else of the one with this name. Throws `not_found`, and `conflict` naming all that have the name. */
export async function findScenarioId(client: ApiClient, idOrName: string): Promise<string> {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(idOrName)) {
    try {
      return (await client.getScenario(idOrName)).id;
    } catch (error) {
      if (!(error instanceof LoadstarError && error.code === 'not_found')) throw error;
    }
  }
  const named = idOrName.length > limits.nameLengthMax ? [] : await scenariosNamed(client, idOrName);
  const [first] = named;
  if (first === undefined) throw new LoadstarError('not_found', `No scenario has the id or the name "${idOrName}".`);
  if (named.length > 1) throw ambiguous(idOrName, named);
  return first.id;
}

export function ambiguous(name: string, named: readonly ScenarioItem[]): LoadstarError {
  const fields = named.map(({ id, updatedAt }) => ({ path: id, message: `changed ${updatedAt}` }));
  return new LoadstarError('name_ambiguous', `${named.length} scenarios are called "${name}".`, { fields });
}

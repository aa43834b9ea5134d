/** Brings a scenario of this machine to a server: its document, then the files that it names. */
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { ambiguous, scenariosNamed } from './find-scenario.ts';
import type { LocalScenario } from './read-document.ts';

export interface Applied {
  scenario: ScenarioResource;
  outcome: 'created' | 'replaced';
}

/** Throws what the server answers; a scenario whose files could not be sent is there all the same, and the error says so. */
export async function createScenario(client: ApiClient, local: LocalScenario): Promise<Applied> {
  const scenario = await client.createScenario(local.document);
  return { scenario: await sendFiles(client, scenario, local), outcome: 'created' };
}

/**
 * Replaces the scenario of the same name, or creates it. Throws `name_ambiguous` when several have the name, `version_mismatch` when somebody
 * else changes it at the same time.
 */
export async function applyScenario(client: ApiClient, local: LocalScenario): Promise<Applied> {
  const { name } = local.document;
  const named = await scenariosNamed(client, name);
  const [present] = named;
  if (present === undefined) return createScenario(client, local);
  if (named.length > 1) throw ambiguous(name, named);
  const scenario = await client.replaceScenario(present.id, present.version, local.document);
  return { scenario: await sendFiles(client, scenario, local), outcome: 'replaced' };
}

async function sendFiles(client: ApiClient, stored: ScenarioResource, { files }: LocalScenario) {
  if (files.size === 0) return stored;
  for (const [path, body] of files) {
    try {
      await client.putFile(stored.id, path, body);
    } catch (error) {
      if (!(error instanceof LoadstarError)) throw error;
      const message = `Scenario ${stored.id} is stored, but its file ${path} could not be sent: ${error.message}`;
      throw new LoadstarError(error.code, message, { fields: error.fields, cause: error });
    }
  }
  return client.getScenario(stored.id);
}

/** A file of a scenario. */
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { ReadableObject } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import { getScenario } from './get-scenario.ts';
import { checkFilePath, openFile } from './scenario-files.ts';

/** Throws `not_found`, `option_invalid` for a path that is none. */
export async function readScenarioFile(
  ports: Pick<Ports, 'scenarios' | 'objects'>,
  actor: Actor,
  { scenarioId, path }: { scenarioId: string; path: string },
): Promise<ReadableObject> {
  requireRole(actor, 'viewer');
  checkFilePath(path);
  await getScenario(ports, scenarioId);
  const found = await openFile(ports, scenarioId, path);
  if (found === null) throw new LoadstarError('not_found', `Scenario ${scenarioId} has no file ${path}.`);
  return found;
}

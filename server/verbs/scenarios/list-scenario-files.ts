/** The files that a scenario has. */

import type { ScenarioFile } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import { getScenario } from './get-scenario.ts';
import { listFiles } from './scenario-files.ts';

/** All of them, by path: there are at most `limits.scenarioFilesMax`. Throws `not_found`. */
export async function listScenarioFiles(
  ports: Pick<Ports, 'scenarios' | 'objects'>,
  actor: Actor,
  { scenarioId }: { scenarioId: string },
): Promise<{ items: ScenarioFile[]; nextCursor: null }> {
  requireRole(actor, 'viewer');
  await getScenario(ports, scenarioId);
  return { items: await listFiles(ports, scenarioId), nextCursor: null };
}

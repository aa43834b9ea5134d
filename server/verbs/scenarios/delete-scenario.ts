/** Deletes a scenario with its files. Its runs stay, with all that they need. */
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { scenarioFolder } from '../../scenario-files/scenario-files.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { checkVersion, isConflict } from './check-version.ts';
import { getScenario } from './get-scenario.ts';

type DeletePorts = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs'>;

/**
 * `versions`: those that it may have; null: any. Throws `not_found`, `version_mismatch`, `run_state_conflict` while a run of it has not ended.
 */
export async function deleteScenario(
  ports: DeletePorts,
  actor: Actor,
  { scenarioId, versions }: { scenarioId: string; versions: readonly number[] | null },
): Promise<void> {
  requireRole(actor, 'editor');
  const unfinished = (await ports.runs.listUnfinished()).find((run) => run.scenarioId === scenarioId);
  const present = await ports.scenarios.get(scenarioId);
  // What a deletion that was cut short has left goes when it is repeated.
  if (present === null) await ports.objects.deletePrefix(scenarioFolder(scenarioId));
  const { scenario } = present ?? (await getScenario(ports, scenarioId));
  if (present !== null) checkVersion(present, versions);
  if (unfinished !== undefined) {
    const message = `Run ${unfinished.id} of scenario ${scenarioId} is ${unfinished.phase}: cancel it, or wait for its end.`;
    throw new LoadstarError('run_state_conflict', message);
  }
  try {
    // Only what was read: who has changed it meanwhile does not want it deleted.
    await ports.scenarios.delete(scenarioId, present?.version);
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new LoadstarError('version_mismatch', `Scenario ${scenarioId} was changed meanwhile.`, { cause: error });
  }
  await ports.objects.deletePrefix(scenarioFolder(scenarioId));
  await recordAudit(ports, actor, { action: 'scenario.delete', target: scenarioId, detail: scenario.name });
}

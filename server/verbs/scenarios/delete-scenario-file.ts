/** Deletes a file of a scenario; its versions stay for a while. Runs have copies of their own. */
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { withoutFile } from '../../scenario-files/file-index.ts';
import { changeFiles } from '../../scenario-files/scenario-files.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { readScenarioFile } from './read-scenario-file.ts';

/** Throws `not_found`, `option_invalid` for a path that is none. */
export async function deleteScenarioFile(
  ports: Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs'>,
  actor: Actor,
  { scenarioId, path }: { scenarioId: string; path: string },
): Promise<void> {
  requireRole(actor, 'editor');
  await readScenarioFile(ports, actor, { scenarioId, path });
  await changeFiles(ports, scenarioId, (files) => withoutFile(files, path));
  await recordAudit(ports, actor, { action: 'scenario.file.delete', target: scenarioId, detail: path });
}

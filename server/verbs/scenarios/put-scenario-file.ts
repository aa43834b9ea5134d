/** Stores a file of a scenario, in place of the one there was. */
import type { ScenarioFile } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { ObjectBody } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { getScenario } from './get-scenario.ts';
import { checkFits, listFiles, scenarioFileKey } from './scenario-files.ts';

type PutPorts = Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs'>;

export interface PutScenarioFile {
  scenarioId: string;
  path: string;
  /** Of exactly this size. */
  body: ObjectBody;
  sizeBytes: number;
}

/** Throws `not_found`, `option_invalid` for a path that is none, `conflict` for one that does not fit, `body_too_large`. */
export async function putScenarioFile(
  ports: PutPorts,
  actor: Actor,
  { scenarioId, path, body, sizeBytes }: PutScenarioFile,
): Promise<{ file: ScenarioFile; isNew: boolean }> {
  requireRole(actor, 'editor');
  const key = scenarioFileKey(scenarioId, path);
  await getScenario(ports, scenarioId);
  if (sizeBytes > limits.scenarioFileBytesMax) {
    throw new LoadstarError('body_too_large', `A file has at most ${limits.scenarioFileBytesMax} bytes.`);
  }
  const files = await listFiles(ports, scenarioId);
  checkFits(files, path);
  await ports.objects.put(key, body);
  if ((await ports.scenarios.get(scenarioId)) === null) {
    await ports.objects.delete(key);
    throw new LoadstarError('not_found', `Scenario ${scenarioId} was deleted meanwhile.`);
  }
  await recordAudit(ports, actor, { action: 'scenario.file.put', target: scenarioId, detail: path });
  const modifiedAt = new Date(ports.nowMs()).toISOString();
  return { file: { path, sizeBytes, modifiedAt }, isNew: !files.some((file) => file.path === path) };
}

/** Stores a file of a scenario, in place of the one there was. */
import type { ScenarioFile } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { ObjectBody } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FileEntry } from '../../scenario-files/file-index.ts';
import { putFiles, readFileIndex, scenarioFolder } from '../../scenario-files/scenario-files.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { getScenario } from './get-scenario.ts';
import { checkFilePath, checkFits, describeFile, describeFiles } from './scenario-files.ts';

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
  checkFilePath(path);
  await getScenario(ports, scenarioId);
  if (sizeBytes > limits.scenarioFileBytesMax) {
    throw new LoadstarError('body_too_large', `A file has at most ${limits.scenarioFileBytesMax} bytes.`);
  }
  let isNew = false;
  const check = (before: readonly FileEntry[]) => {
    const present = describeFiles(before);
    checkFits(present, path);
    isNew = !present.some((file) => file.path === path);
  };
  // Before all of it was read for nothing.
  check(await readFileIndex(ports, scenarioId));
  const files = await putFiles(ports, actor, scenarioId, { bodies: new Map([[path, body]]), check });
  if ((await ports.scenarios.get(scenarioId)) === null) {
    await ports.objects.deletePrefix(scenarioFolder(scenarioId));
    throw new LoadstarError('not_found', `Scenario ${scenarioId} was deleted meanwhile.`);
  }
  await recordAudit(ports, actor, { action: 'scenario.file.put', target: scenarioId, detail: path });
  const [version] = files.find((file) => file.path === path)?.versions ?? [];
  if (version === undefined) throw new LoadstarError('internal', `${path} is not among the files after it was stored`);
  return { file: describeFile(path, version), isNew };
}

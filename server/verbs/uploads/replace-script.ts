/** Replaces the script of a scenario by an upload. What it ran before stays as an earlier version of its files. */
import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { ReplaceScript as Request } from '../../../core/api/uploads.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { executorOfScript } from '../../../core/taurus/document-for-script.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import type { FileEntry } from '../../scenario-files/file-index.ts';
import { putFiles } from '../../scenario-files/scenario-files.ts';
import type { ArchiveFile } from '../../uploads/read-archive.ts';
import { documentTextOf, readUploadedFiles, type UploadedFiles } from '../../uploads/uploaded-files.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { checkVersion, isConflict } from '../scenarios/check-version.ts';
import { describeScenario } from '../scenarios/describe-scenarios.ts';
import { getScenario } from '../scenarios/get-scenario.ts';
import type { ScenarioDocument } from '../scenarios/read-document.ts';
import { checkFits, describeFiles, listFiles, openFile } from '../scenarios/scenario-files.ts';
import type { PlanSettings } from '../start-run.ts';
import { bodiesOf, readDocumentWithFiles, scriptsOf } from './read-upload.ts';
import { renameScript } from './rename-script.ts';
import { deleteUpload, openUpload } from './uploads.ts';

type ReplacePorts = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs'>;

export interface ReplaceScript extends Request {
  scenarioId: string;
  /** Versions that it may be made from; null: any. */
  versions: readonly number[] | null;
  plan: PlanSettings;
}

/**
 * A single script takes the place of the one that the scenario runs, whatever it is called; an archive brings its files to those that there are; a
 * Taurus file becomes the document. Throws `not_found`, `version_mismatch`, `archive_invalid`, `main_script_unclear`, `option_invalid` for a script of
 * another tool, and what replacing a document throws.
 */
export async function replaceScript(
  ports: ReplacePorts,
  actor: Actor,
  { scenarioId, uploadId, fileName, main, versions, plan }: ReplaceScript,
): Promise<ScenarioResource> {
  requireRole(actor, 'editor');
  const present = await getScenario(ports, scenarioId);
  checkVersion(present, versions);
  const source = await openUpload(ports, actor, uploadId);
  const uploaded = await readUploadedFiles(source, { name: fileName, main: main ?? null });
  const { document, files } = await placed(present, uploaded);
  const all = [...files, ...(await othersOf(ports, scenarioId, files))];
  const read = await readDocumentWithFiles(document, all, plan);
  const check = (before: readonly FileEntry[]) => {
    const there: { path: string }[] = describeFiles(before);
    for (const { path } of files) {
      checkFits(there, path);
      if (!there.some((file) => file.path === path)) there.push({ path });
    }
  };
  await putFiles(ports, actor, scenarioId, { bodies: bodiesOf(files), check });
  const stored = { ...present, ...read, version: present.version + 1, updatedAtMs: ports.nowMs() };
  try {
    await ports.scenarios.update(stored);
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new LoadstarError('version_mismatch', `Scenario ${scenarioId} was changed meanwhile.`, { cause: error });
  }
  const detail = `version ${stored.version}, from ${fileName}`;
  await recordAudit(ports, actor, { action: 'scenario.script.replace', target: scenarioId, detail });
  await deleteUpload(ports, actor, uploadId);
  return describeScenario(ports, stored);
}

/** What the scenario is with the upload in it: its document, and the files that are new. */
async function placed(
  present: StoredScenario,
  uploaded: UploadedFiles,
): Promise<{ document: ScenarioDocument; files: ArchiveFile[] }> {
  const { files, isDocument, main } = uploaded;
  const { text, format, scenario } = present;
  const asItIs: ScenarioDocument = { text, format, name: scenario.name };
  if (isDocument) {
    const document = { ...asItIs, text: await documentTextOf(uploaded), format: 'yaml' as const };
    return { document, files: files.filter(({ path }) => path !== main) };
  }
  const replaced = replacedScript(present, main);
  if (replaced === main) return { document: asItIs, files };
  const [only] = files;
  if (files.length === 1 && only !== undefined) return { document: asItIs, files: [{ ...only, path: replaced }] };
  return { document: { ...asItIs, text: renameScript(asItIs, replaced, main) }, files };
}

/** Path of the script that another one takes the place of. */
function replacedScript(present: StoredScenario, main: string): string {
  const scripts = scriptsOf(present);
  if (scripts.includes(main)) return main;
  const [only, ...others] = scripts;
  if (only === undefined) {
    throw new LoadstarError(
      'option_invalid',
      `Scenario ${present.id} runs no script: make a new scenario of this one.`,
    );
  }
  if (others.length > 0) {
    const fields = scripts.map((path) => ({ path, message: 'is run by the scenario' }));
    const message = `The scenario runs ${scripts.join(', ')}: call the upload as the one that it replaces.`;
    throw new LoadstarError('main_script_unclear', message, { fields });
  }
  if (executorOfScript(only) === executorOfScript(main)) return only;
  const message = `${main} is for another tool than ${only}, which the scenario runs: make a new scenario of it.`;
  throw new LoadstarError('option_invalid', message);
}

/** The files of the scenario that stay as they are. */
async function othersOf(
  ports: Pick<Ports, 'objects'>,
  scenarioId: string,
  files: readonly ArchiveFile[],
): Promise<ArchiveFile[]> {
  const replaced = new Set(files.map(({ path }) => path));
  const others = (await listFiles(ports, scenarioId)).filter(({ path }) => !replaced.has(path));
  return others.map(({ path, sizeBytes }) => ({
    path,
    sizeBytes,
    async *chunks() {
      yield* (await openFile(ports, scenarioId, path))?.chunks() ?? [];
    },
  }));
}

/** Makes a scenario of an upload: a script, a Taurus file, or an archive of them with all that they need. */
import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { CreateFromUpload } from '../../../core/api/uploads.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import { putFiles, scenarioFolder } from '../../scenario-files/scenario-files.ts';
import { documentTextOf, readUploadedFiles, type UploadedFiles } from '../../uploads/uploaded-files.ts';
import { newId } from '../new-id.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { describeScenario } from '../scenarios/describe-scenarios.ts';
import type { ScenarioDocument } from '../scenarios/read-document.ts';
import type { PlanSettings } from '../start-run.ts';
import { bodiesOf, readDocumentWithFiles } from './read-upload.ts';
import { deleteUpload, openUpload } from './uploads.ts';

type CreatePorts = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs' | 'log'>;

/**
 * Throws `not_found` for no such upload, `archive_invalid`, `main_script_unclear` naming the candidates, and what creating a scenario throws. An upload
 * that is refused stays, to be tried again; nothing else is left of it.
 */
export async function createFromUpload(
  ports: CreatePorts,
  actor: Actor,
  { uploadId, fileName, main, name, load, plan }: CreateFromUpload & { plan: PlanSettings },
): Promise<ScenarioResource> {
  requireRole(actor, 'editor');
  const source = await openUpload(ports, actor, uploadId);
  const uploaded = await readUploadedFiles(source, { name: fileName, main: main ?? null });
  const document = await documentOf(uploaded, { name, load });
  const files = uploaded.files.filter(({ path }) => !(uploaded.isDocument && path === uploaded.main));
  const read = await readDocumentWithFiles(document, files, plan);
  const nowMs = ports.nowMs();
  const stored: StoredScenario = {
    id: newId('scenario', nowMs),
    version: 1,
    ...read,
    createdBy: actor,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  try {
    await putFiles(ports, actor, stored.id, { bodies: bodiesOf(files), check: () => {} });
    await ports.scenarios.create(stored);
  } catch (error) {
    await ports.objects.deletePrefix(scenarioFolder(stored.id)).catch((cause: Error) => {
      ports.log('warn', 'files of an upload that failed are left behind', { id: stored.id, error: cause.message });
    });
    throw error;
  }
  const detail = `${stored.scenario.name}, from ${fileName}`;
  await recordAudit(ports, actor, { action: 'scenario.create', target: stored.id, detail });
  await deleteUpload(ports, actor, uploadId);
  return describeScenario(ports, stored);
}

async function documentOf(
  uploaded: UploadedFiles,
  { name, load }: Pick<CreateFromUpload, 'name' | 'load'>,
): Promise<ScenarioDocument> {
  const { isDocument, main } = uploaded;
  if (isDocument && load !== undefined) throw loadRefused(main);
  // Like any file, a Taurus file is called after itself when it says nothing.
  const fileName = (main.split('/').at(-1) ?? main).replace(/\.[^.]+$/, '');
  return { text: await documentTextOf(uploaded, { name, load }), format: 'yaml', name: name ?? fileName };
}

function loadRefused(main: string): LoadstarError {
  const message = 'is for scripts: a Taurus file says its load itself';
  return new LoadstarError('option_invalid', `${main} is a Taurus file.`, { fields: [{ path: 'load', message }] });
}

/** A URL for a file that is too large for the API. */
import type { UploadUrl } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SignedUploads } from '../../ports/signed-uploads.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { getScenario } from './get-scenario.ts';
import { checkFilePath, checkFits, listFiles } from './scenario-files.ts';

export const UPLOAD_URL_VALID_MS = 15 * 60 * 1000;

/** `sizeBytes`: exactly. Throws `not_found`, `option_invalid` for a path that is none, `conflict` for one that does not fit. */
export async function makeUploadUrl(
  ports: Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs'> & { uploads: SignedUploads },
  actor: Actor,
  { scenarioId, path, sizeBytes }: { scenarioId: string; path: string; sizeBytes: number },
): Promise<UploadUrl> {
  requireRole(actor, 'editor');
  checkFilePath(path);
  await getScenario(ports, scenarioId);
  checkFits(await listFiles(ports, scenarioId), path);
  const to = { kind: 'scenario-file', scenarioId, path } as const;
  const url = await ports.uploads.urlOf({ actor, to, sizeBytes, expiresAtMs: ports.nowMs() + UPLOAD_URL_VALID_MS });
  await recordAudit(ports, actor, { action: 'scenario.file.upload-url', target: scenarioId, detail: path });
  return url;
}

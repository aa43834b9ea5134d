/** Takes what was put where an upload URL led that was not the control plane's own. */
import type { ScenarioFile } from '../../../core/api/scenarios.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Upload } from '../../ports/signed-uploads.ts';
import { keyOfUpload } from '../../uploads/upload-keys.ts';
import { putScenarioFile } from '../scenarios/put-scenario-file.ts';

/**
 * The file that it is now; null for what a scenario will be made of. What was put stays for a while, so that asking again does no harm. Throws
 * `not_found` when nothing was put, `request_invalid` when it has another size, and what storing the file throws.
 */
export async function completeUpload(
  ports: Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs'>,
  upload: Upload,
): Promise<{ file: ScenarioFile; isNew: boolean } | null> {
  const { actor, sizeBytes, to } = upload;
  const found = await ports.objects.read(keyOfUpload(upload));
  if (found === null) throw new LoadstarError('not_found', 'Nothing was sent to the upload URL.');
  if (found.sizeBytes !== sizeBytes) {
    throw new LoadstarError('request_invalid', `The upload URL is for a file of exactly ${sizeBytes} bytes.`);
  }
  if (to.kind === 'upload') return null;
  return putScenarioFile(ports, actor, { ...to, body: found.chunks(), sizeBytes });
}

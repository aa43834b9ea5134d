/** Uploads: what somebody has sent to make a scenario of, for as long as that may take. */
import type { Actor } from '../../../core/api/system.ts';
import type { UploadResource } from '../../../core/api/uploads.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { ObjectBody } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SignedUploads } from '../../ports/signed-uploads.ts';
import type { ByteSource } from '../../uploads/byte-source-reader.ts';
import { UPLOADS_FOLDER, uploadKey } from '../../uploads/upload-keys.ts';
import { newId } from '../new-id.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { UPLOAD_URL_VALID_MS } from '../scenarios/make-upload-url.ts';

const KEPT_MS = 24 * 3600 * 1000;

/** A place for an upload of exactly `sizeBytes`, and the URL that leads there. Throws `forbidden`. */
export async function makeUpload(
  ports: Pick<Ports, 'audit' | 'nowMs'> & { uploads: SignedUploads },
  actor: Actor,
  { sizeBytes }: { sizeBytes: number },
): Promise<UploadResource> {
  requireRole(actor, 'editor');
  const nowMs = ports.nowMs();
  const id = newId('upload', nowMs);
  const to = { kind: 'upload', uploadId: id } as const;
  const url = await ports.uploads.urlOf({ actor, to, sizeBytes, expiresAtMs: nowMs + UPLOAD_URL_VALID_MS });
  await recordAudit(ports, actor, { action: 'upload.create', target: id, detail: `${sizeBytes} bytes` });
  return { id, ...url };
}

/** Takes what is sent to such a URL. */
export async function storeUpload(
  { objects }: Pick<Ports, 'objects'>,
  actor: Actor,
  { uploadId, body }: { uploadId: string; body: ObjectBody },
): Promise<void> {
  requireRole(actor, 'editor');
  await objects.put(uploadKey(actor, uploadId), body);
}

/** Throws `not_found` also for one of somebody else. */
export async function openUpload(
  { objects }: Pick<Ports, 'objects'>,
  actor: Actor,
  uploadId: string,
): Promise<ByteSource> {
  const found = await objects.read(uploadKey(actor, uploadId));
  if (found !== null) return found;
  throw new LoadstarError('not_found', `There is no upload ${uploadId}: nothing was sent to its URL, or it was used.`);
}

/** It was used. */
export async function deleteUpload({ objects }: Pick<Ports, 'objects'>, actor: Actor, uploadId: string): Promise<void> {
  await objects.delete(uploadKey(actor, uploadId));
}

/** Deletes those that nobody used for a day. Returns how many. */
export async function pruneUploads({ objects, nowMs }: Pick<Ports, 'objects' | 'nowMs'>): Promise<number> {
  const old = (await objects.list(UPLOADS_FOLDER)).filter(({ modifiedAtMs }) => modifiedAtMs < nowMs() - KEPT_MS);
  for (const { key } of old) await objects.delete(key);
  return old.length;
}

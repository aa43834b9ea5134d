/** Where uploads lie until something is made of them. */
import { createHash } from 'node:crypto';
import { type Actor, actorKey } from '../../core/api/system.ts';
import type { Upload } from '../ports/signed-uploads.ts';

export const UPLOADS_FOLDER = 'uploads/';

/** What a scenario will be made of. Below a folder of the actor's own: nobody uses what somebody else has sent. */
export function uploadKey(actor: Actor, uploadId: string): string {
  return `${UPLOADS_FOLDER}${hexOf(actorKey(actor))}/${uploadId}`;
}

/** Where that is put which does not come through the control plane: a place of its own for each URL. */
export function keyOfUpload(upload: Upload): string {
  const { actor, to } = upload;
  return uploadKey(actor, to.kind === 'upload' ? to.uploadId : hexOf(JSON.stringify(upload)));
}

function hexOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Uploads signed with a key that only the control plane has: HMAC-SHA256 over what was allowed. */
import { z } from 'zod';
import { filePathSchema, idSchema } from '../../core/api/common.ts';
import { actorSchema } from '../../core/api/system.ts';
import { limits } from '../../core/limits.ts';
import type { SignedUploads, Upload } from '../ports/signed-uploads.ts';
import { readClaims, signClaims } from './signed-claims.ts';

export const UPLOADS_PATH = '/api/uploads/';
const PURPOSE = 'upload';

const uploadSchema: z.ZodType<Upload> = z.strictObject({
  actor: actorSchema,
  to: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('scenario-file'), scenarioId: idSchema, path: filePathSchema }),
    z.strictObject({ kind: z.literal('upload'), uploadId: idSchema }),
  ]),
  sizeBytes: z.int().min(0).max(limits.uploadBytesMax),
  expiresAtMs: z.number(),
});

/** `publicUrl`: where the control plane is reached, asked for with each URL. What comes there is complete. */
export function createLocalUploads(key: Uint8Array, publicUrl: () => string | Promise<string>): SignedUploads {
  return {
    async urlOf(upload) {
      return {
        url: `${await publicUrl()}${UPLOADS_PATH}${signClaims(key, PURPOSE, upload)}`,
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        expiresAt: new Date(upload.expiresAtMs).toISOString(),
        completeUrl: null,
      };
    },

    read(signed, nowMs) {
      const claims = readClaims(key, PURPOSE, signed);
      if (claims === null) return null;
      const upload = uploadSchema.parse(claims);
      return upload.expiresAtMs > nowMs ? upload : null;
    },
  };
}

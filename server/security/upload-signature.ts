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

export interface LocalUploads extends SignedUploads {
  /** What the last part of such a URL allows; null for nothing: another key, another text, or too late. */
  read(signed: string, nowMs: number): Upload | null;
}

/** `publicUrl`: where the control plane is reached, asked for with each URL. */
export function createLocalUploads(key: Uint8Array, publicUrl: () => string): LocalUploads {
  return {
    urlOf(upload) {
      return {
        url: `${publicUrl()}${UPLOADS_PATH}${signClaims(key, PURPOSE, upload)}`,
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        expiresAt: new Date(upload.expiresAtMs).toISOString(),
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

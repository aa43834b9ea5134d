/** Uploads signed with a key that only the control plane has: HMAC-SHA256 over what was allowed. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { filePathSchema, idSchema } from '../../core/api/common.ts';
import { actorSchema } from '../../core/api/system.ts';
import { limits } from '../../core/limits.ts';
import type { SignedUploads, Upload } from '../ports/signed-uploads.ts';

export const UPLOADS_PATH = '/api/uploads/';

const uploadSchema: z.ZodType<Upload> = z.strictObject({
  actor: actorSchema,
  scenarioId: idSchema,
  path: filePathSchema,
  sizeBytes: z.int().min(0).max(limits.scenarioFileBytesMax),
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
      const claims = Buffer.from(JSON.stringify(upload)).toString('base64url');
      return {
        url: `${publicUrl()}${UPLOADS_PATH}${claims}.${macOf(key, claims).toString('base64url')}`,
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        expiresAt: new Date(upload.expiresAtMs).toISOString(),
      };
    },

    read(signed, nowMs) {
      const [claims = '', mac = '', ...others] = signed.split('.');
      const given = Buffer.from(mac, 'base64url');
      const expected = macOf(key, claims);
      if (others.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const upload = uploadSchema.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
      return upload.expiresAtMs > nowMs ? upload : null;
    },
  };
}

function macOf(key: Uint8Array, claims: string): Buffer {
  return createHmac('sha256', key).update(`loadstar upload ${claims}`).digest();
}

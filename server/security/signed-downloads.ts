/** Downloads from the control plane itself, signed with a key that only it has. */
import { z } from 'zod';
import { idSchema } from '../../core/api/common.ts';
import { actorSchema } from '../../core/api/system.ts';
import type { Download, SignedDownloads } from '../ports/signed-downloads.ts';
import { readClaims, signClaims } from './signed-claims.ts';

export const DOWNLOADS_PATH = '/api/downloads/';
const PURPOSE = 'download';

const downloadSchema: z.ZodType<Download> = z.strictObject({
  actor: actorSchema,
  what: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('report'), runId: idSchema }),
    z.strictObject({ kind: z.literal('artifact'), runId: idSchema, path: z.string() }),
    z.strictObject({ kind: z.literal('artifacts'), runId: idSchema }),
    z.strictObject({ kind: z.literal('page'), runId: idSchema }),
    z.strictObject({ kind: z.literal('scenario-file'), scenarioId: idSchema, path: z.string() }),
    z.strictObject({ kind: z.literal('scenario-content'), scenarioId: idSchema, sha256: z.string() }),
  ]),
  expiresAtMs: z.number(),
});

/** With another key, all URLs given before are void. */
export function createSignedDownloads(key: Uint8Array): SignedDownloads {
  return {
    urlOf: async (download) => `${DOWNLOADS_PATH}${signClaims(key, PURPOSE, download)}`,
    read(signed, nowMs) {
      const { success, data } = downloadSchema.safeParse(readClaims(key, PURPOSE, signed));
      return success && data.expiresAtMs > nowMs ? data : null;
    },
  };
}

/** Run folders over HTTP, with tokens that are made of a key which only the control plane has. */
import { createHmac } from 'node:crypto';
import type { RunFolderAccess } from '../ports/run-folder-access.ts';

/**
 * `publicUrl`: where tasks reach the control plane, `https://loadstar.example`; resolves once it is served. A run's token is not stored: it is
 * made again of the key (32 random bytes) when a restarted control plane launches the run's tasks.
 */
export function createRunFolderAccess(key: Uint8Array, publicUrl: () => Promise<string>): RunFolderAccess {
  return {
    async urlOf(runId) {
      return `${await publicUrl()}/api/run-folders/${encodeURIComponent(runId)}/`;
    },
    tokenOf: (runId) => `lsr_${createHmac('sha256', key).update(`loadstar run token ${runId}`).digest('base64url')}`,
  };
}

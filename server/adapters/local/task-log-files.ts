/** What tasks print, as the process launcher keeps it: one file for each task. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskLogs } from '../../ports/task-logs.ts';
import { codeOf, fileFailed } from './file-errors.ts';

/** `stateFolder`: the process launcher's. */
export function createTaskLogFiles(stateFolder: string): TaskLogs {
  return {
    async read(runId, { region, task }, fromByte, bytesMax) {
      const path = join(stateFolder, runId, `${region}-${task}.log`);
      try {
        const file = await open(path);
        try {
          const { size } = await file.stat();
          const buffer = Buffer.allocUnsafe(Math.min(bytesMax, Math.max(0, size - fromByte)));
          const { bytesRead } = await file.read(buffer, 0, buffer.length, fromByte);
          return buffer.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw fileFailed(`read ${path}`, error);
      }
    },
  };
}

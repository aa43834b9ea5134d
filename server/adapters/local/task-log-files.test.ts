import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeTaskLogs } from '../../ports/task-logs.contract.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';
import { createTaskLogFiles } from './task-log-files.ts';

describeTaskLogs('files', async () => {
  const { path: folder, remove } = await makeTemporaryFolder();
  return {
    logs: createTaskLogFiles(folder),
    async print(runId, { region, task }, lines) {
      await mkdir(join(folder, runId), { recursive: true });
      await appendFile(join(folder, runId, `${region}-${task}.log`), lines.map((line) => `${line}\n`).join(''));
    },
    close: remove,
  };
});

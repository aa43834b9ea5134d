import { describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../../adapters/memory/memory-object-store.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import type { TaskLogs } from '../../ports/task-logs.ts';
import { openRunFolder } from '../../run-folder/run-folder.ts';
import { keepTaskLogs } from './keep-task-logs.ts';

const run = sampleRun({ regions: [{ name: 'east', tasks: 2, share: 1 }] });

/** Keeps logs with these contents, by task; returns what is in the run folder then. */
async function keep(contents: (string | Error)[]): Promise<(string | null)[]> {
  const taskLogs: TaskLogs = {
    async read(_runId, { task }, fromByte, bytesMax) {
      const content = contents[task];
      if (content instanceof Error) throw content;
      return content === undefined ? null : Buffer.from(content).subarray(fromByte, fromByte + bytesMax);
    },
  };
  const folder = openRunFolder(createMemoryObjectStore(), run.id);
  await keepTaskLogs({ taskLogs, log: () => {} }, run, folder);
  return Promise.all(
    [0, 1].map(async (task) => {
      const kept = await folder.get(`artifacts/east/${task}/task.log`);
      return kept === null ? null : new TextDecoder().decode(kept);
    }),
  );
}

describe('what tasks printed', () => {
  it('is kept in the run folder, but for windows', async () => {
    const lines = ['{"level":"info"}', '{"type":"window","region":"east"}', 'Segmentation fault'];
    expect(await keep([lines.join('\n')])).toEqual(['{"level":"info"}\nSegmentation fault', null]);
  });

  it('is left out when it cannot be read', async () => {
    expect(await keep([new Error('disk'), 'fine\n'])).toEqual([null, 'fine\n']);
  });

  it('is kept up to its last megabyte, in whole lines', async () => {
    const line = `${'y'.repeat(99)}\n`;
    const [kept] = await keep([`first\n${line.repeat(30_000)}last\n`]);
    expect(kept?.length).toBeLessThanOrEqual(1024 * 1024);
    expect(kept?.length).toBeGreaterThan(1024 * 1024 - 200);
    expect(kept?.startsWith('y'.repeat(99))).toBe(true);
    expect(kept?.endsWith('last\n')).toBe(true);
  });
});

/** What is collected for the image is all that a task imports, whatever its engine and wherever its run folder lies. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { taskNodeFlags } from '../../core/run/task-node-flags.ts';

const run = promisify(execFile);

it('is enough for every part that a task loads when it needs it', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loadstar-collected-'));
  try {
    await run(process.execPath, [join(import.meta.dirname, 'collect-worker.ts'), folder]);
    const parts = ['program.ts', 'run-folder/s3.ts', 'native/native-engine.ts', 'taurus/taurus-engine.ts'];
    const code = parts.map((part) => `await import(${JSON.stringify(join(folder, 'worker', part))});`).join('\n');
    const program = `${code}\nconsole.log('all of it');`;
    const { stdout } = await run(join(folder, 'bin', 'node'), ['--input-type=module', '--eval', program], {
      cwd: folder,
      env: {},
    });
    expect(stdout).toBe('all of it\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('is started as every task is', async () => {
  const dockerfile = await readFile(join(import.meta.dirname, 'Dockerfile'), 'utf8');
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  expect(entry.slice(-2 - taskNodeFlags.length)).toEqual([
    '/opt/loadstar/bin/node',
    ...taskNodeFlags,
    '/opt/loadstar/worker/main.ts',
  ]);
});

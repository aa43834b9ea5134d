import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { localPathOf, openRunFolder } from './open.ts';

const context = { clock: new SimulatedClock(), log: () => {} };

it('opens file: URLs, spaces and all, confined to the task', async () => {
  const root = await mkdtemp(join(tmpdir(), 'loadstar open ü '));
  try {
    const folder = openRunFolder(pathToFileURL(root).href, { region: 'eu', task: 1 }, context);
    await folder.write('results/eu/1.xml', Buffer.from('x'));
    expect(await readFile(join(root, 'results/eu/1.xml'), 'utf8')).toBe('x');
    await expect(folder.write('results/eu/2.xml', Buffer.from('x'))).rejects.toMatchObject({ code: 'internal' });
    await expect(folder.read('../x')).rejects.toMatchObject({ code: 'run_folder_invalid' });
  } finally {
    await rm(root, { recursive: true });
  }
});

it.each([
  ['s3://bucket/run', /scheme s3:.*it opens file:/],
  ['https://user:pw@host/runs/1', /scheme https:/],
  ['/absolute/path', /must be a URL like file:/],
  ['file://server/share', /names no local path/],
  ['file:///a%2Fb', /names no local path/],
])('refuses %s', (url, message) => {
  expect(() => localPathOf(url)).toThrow(message);
});

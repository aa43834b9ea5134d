import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { openRunFolder, placeOf } from './open.ts';

const context = { clock: new SimulatedClock(), log: () => {} };

it('opens file: URLs, spaces and all, confined to the task', async () => {
  const root = await mkdtemp(join(tmpdir(), 'loadstar open ü '));
  try {
    const folder = openRunFolder(placeOf(pathToFileURL(root).href, null), { region: 'eu', task: 1 }, context);
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
  ['https://user:secret@host/runs/1', /nothing else/],
  ['https://host/runs/1?token=secret', /nothing else/],
  ['https://host/runs/1', /needs the token of the run in LOADSTAR_RUN_TOKEN/],
  ['/absolute/path', /must be a URL like file:/],
  ['file://server/share', /names no local path/],
  ['file:///a%2Fb', /names no local path/],
])('refuses %s', (url, message) => {
  const token = url.includes('user') || url.includes('?') ? 'lsr_t' : null;
  expect(() => placeOf(url, token)).toThrow(message);
  expect(() => placeOf(url, token)).not.toThrow(/secret/);
});

it.each(['http://10.0.0.1:8080/api/run-folders/run-1', 'https://host/api/run-folders/run-1/'])('takes %s', (url) => {
  expect(placeOf(url, 'lsr_t')).toEqual({ kind: 'http', url: url.replace(/\/?$/, '/'), token: 'lsr_t' });
});

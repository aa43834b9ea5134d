import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import { readScenarioFiles, readSources } from './read-sources.ts';
import { addCompanions } from './script-companions.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-companions-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Paths of the files that go along with a scenario file or a script. */
async function filesOf(name: string): Promise<string[]> {
  const paths = [join(folder, name)];
  const { scenario, files } = readScenario({ sources: await readSources(paths) });
  const contents = await readScenarioFiles(files, paths);
  await addCompanions(scenario, contents, paths);
  return [...contents.keys()].sort();
}

it('takes along what scripts open and import, and what that imports', async () => {
  await write({
    'shop.js':
      'import { a } from "./lib/a.js"; open("data/users.csv"); open("missing.csv"); import http from "k6/http";',
    'lib/a.js': 'import { b } from "./b.js"; import { back } from "../shop.js"; export const a = b;',
    'lib/b.js': 'export const b = JSON.parse(open("../data/b.json"));',
    'data/users.csv': 'a',
    'data/b.json': '1',
    'other.csv': 'a',
  });
  expect(await filesOf('shop.js')).toEqual(['data/b.json', 'data/users.csv', 'lib/a.js', 'lib/b.js', 'shop.js']);
});

it('looks into the scripts of a scenario file', async () => {
  await write({
    'shop.yml': 'execution: {script: shop.py, concurrency: 1, hold-for: 1}',
    'shop.py': 'open("users.csv")',
    'users.csv': 'a',
  });
  expect(await filesOf('shop.yml')).toEqual(['shop.py', 'users.csv']);
});

it('takes nothing from outside of the folder', async () => {
  await write({ 'in/shop.js': 'open("../secret.csv"); open("/etc/hostname"); open("link.csv");', 'secret.csv': 'a' });
  await symlink(join(folder, 'secret.csv'), join(folder, 'in/link.csv'));
  expect(await filesOf('in/shop.js')).toEqual(['shop.js']);
});

it('makes a scenario of a script, with the load that the script describes', async () => {
  await write({ 'my shop.js': 'export default () => {};' });
  const [source] = await readSources([join(folder, 'my shop.js')]);
  const { scenario } = readScenario({
    sources: [source!],
    overrides: [{ key: 'execution.0.concurrency', value: '5' }],
  });
  expect(scenario).toMatchObject({
    name: 'my shop',
    taurus: { executions: [{ executor: 'k6', script: 'my shop.js', load: { concurrency: 5 } }] },
  });
});

import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { readScenarioFiles, readSources } from './read-sources.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-sources-'));
  await mkdir(join(folder, 'inside', 'bodies'), { recursive: true });
  await mkdir(join(folder, 'other'));
  await writeFile(join(folder, 'inside', 'a.yml'), 'a: é\n');
  await writeFile(join(folder, 'inside', 'bodies', 'order.json'), '{}');
  await writeFile(join(folder, 'other', 'only-here.txt'), 'other');
  await writeFile(join(folder, 'secret'), 'secret');
});
afterAll(() => rm(folder, { recursive: true }));

async function errorOf(promise: Promise<unknown>): Promise<LoadstarError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LoadstarError);
  return error as LoadstarError;
}

describe('scenario files', () => {
  it('reads them in order', async () => {
    const path = join(folder, 'inside', 'a.yml');
    expect(await readSources([path, path])).toEqual([
      { name: path, text: 'a: é\n' },
      { name: path, text: 'a: é\n' },
    ]);
  });

  it('names every one that cannot be read, and why', async () => {
    const binary = join(folder, 'binary');
    await writeFile(binary, Buffer.from([0x61, 0xff, 0xfe]));
    const error = await errorOf(readSources([join(folder, 'missing.yml'), folder, binary]));
    expect(error.code).toBe('scenario_unreadable');
    expect(error.fields.map(({ message }) => message)).toEqual([
      'does not exist',
      'is a folder',
      'is not text in UTF-8',
    ]);
  });

  it('reads no more than the limit, all files together', async () => {
    const half = join(folder, 'half.yml');
    await writeFile(half, ' '.repeat(limits.scenarioBytesMax / 2));
    expect(await readSources([half, half])).toHaveLength(2);
    const error = await errorOf(readSources([half, half, join(folder, 'inside', 'a.yml')]));
    expect(error.code).toBe('scenario_too_large');
    const endless = await errorOf(readSources(['/dev/zero']));
    expect(endless.code).toBe('scenario_too_large');
  });
});

describe('files that a scenario names', () => {
  const scenario = () => [join(folder, 'inside', 'a.yml'), join(folder, 'other', 'b.yml')];

  it('finds each in the folder of the first scenario file that has it', async () => {
    const files = await readScenarioFiles(['bodies/order.json', 'only-here.txt'], scenario());
    expect([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['bodies/order.json', '{}'],
      ['only-here.txt', 'other'],
    ]);
  });

  it('never leaves the folder', async () => {
    await symlink(join(folder, 'secret'), join(folder, 'inside', 'link'));
    await symlink(folder, join(folder, 'inside', 'linked-folder'));
    const names = ['../secret', join(folder, 'secret'), 'link', 'linked-folder/secret', 'bodies/../../secret'];
    const error = await errorOf(readScenarioFiles(names, scenario()));
    expect(error.code).toBe('scenario_file_missing');
    expect(error.fields.map(({ path }) => path)).toEqual(names);
  });

  it('names those that are missing, no plain file or too large', async () => {
    const large = join(folder, 'inside', 'large');
    await writeFile(large, '');
    await truncate(large, limits.scenarioFileBytesMax + 1);
    const error = await errorOf(readScenarioFiles(['missing', 'bodies', 'large', '.'], scenario()));
    expect(error.fields.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^missing: is not in .*inside or .*other$/),
      'bodies: is no plain file',
      `large: is larger than ${limits.scenarioFileBytesMax} bytes`,
      expect.stringContaining('outside'),
    ]);
  });
});

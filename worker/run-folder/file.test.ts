import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offsetOf, openFileRunFolder } from './file.ts';
import { runFolderContract } from './run-folder.contract.ts';

const id = { region: 'eu', task: 1 };

runFolderContract('a folder of the file system', async () => {
  const path = await mkdtemp(join(tmpdir(), 'loadstar-folder-'));
  return {
    folder: openFileRunFolder(path, id),
    async put(name, text) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    },
    get: (name) => readFile(join(path, name)).catch(() => null),
    close: () => rm(path, { recursive: true, force: true }),
  };
});

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'loadstar-folder-'));
});
afterEach(async () => {
  await chmod(root, 0o700).catch(() => {});
  await rm(root, { recursive: true, force: true });
});

async function allFiles(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

describe('openFileRunFolder', () => {
  it('reads what is there, and null for what is not', async () => {
    const folder = openFileRunFolder(root, id);
    await writeFile(join(root, 'plan.json'), '{}');
    expect(Buffer.from((await folder.read('plan.json')) ?? []).toString()).toBe('{}');
    expect(await folder.read('files/none/at/all')).toBeNull();
    await expect(folder.read('.')).rejects.toMatchObject({ code: 'store_failed' });
  });

  it('writes, makes folders and replaces, and leaves nothing else behind', async () => {
    const folder = openFileRunFolder(root, id);
    await folder.write('results/eu/1.xml', Buffer.from('old'));
    await folder.write('results/eu/1.xml', Buffer.from('new'));
    await folder.write('series/eu/1/0.seg', new Uint8Array(300_000).fill(7));
    expect(await readFile(join(root, 'results/eu/1.xml'), 'utf8')).toBe('new');
    expect(await folder.read('series/eu/1/0.seg')).toHaveLength(300_000);
    expect((await allFiles()).sort()).toEqual(['results/eu/1.xml', 'series/eu/1/0.seg']);
    await folder.close();
    expect((await readdir(root)).sort()).toEqual(['results', 'series']);
  });

  it('shows readers the old or the new content, never a part', async () => {
    const folder = openFileRunFolder(root, id);
    const contentOf = (i: number): Buffer => Buffer.alloc(200_000, `${i % 10}`);
    await folder.write('results/eu/1.xml', contentOf(0));
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 40; i++) await folder.write('results/eu/1.xml', contentOf(i));
      writing = false;
    })();
    while (writing) {
      const seen = Buffer.from((await folder.read('results/eu/1.xml')) ?? []).toString();
      expect(seen === (seen[0] ?? '').repeat(200_000)).toBe(true);
    }
    await writer;
  });

  it('survives two writers of the same object, and the folder for drafts being taken away', async () => {
    const one = openFileRunFolder(root, id);
    const other = openFileRunFolder(root, { region: 'eu', task: 2 });
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        await (i % 2 === 0 ? one : other).write(`artifacts/${i % 4}`, Buffer.from(`${i}`));
        if (i === 10) await one.close();
      }),
    );
    await one.write('after', Buffer.from('x'));
    expect(await readFile(join(root, 'after'), 'utf8')).toBe('x');
  });

  it('says clearly why it cannot write', async () => {
    const folder = openFileRunFolder(root, id);
    await writeFile(join(root, 'results'), 'a file in the way');
    await expect(folder.write('results/eu/1.xml', Buffer.from('x'))).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringMatching(/^cannot write results\/eu\/1\.xml in the run folder: .*(file|folder)/),
    });
    await mkdir(join(root, 'ready/eu/1.json'), { recursive: true });
    await expect(folder.write('ready/eu/1.json', Buffer.from('x'))).rejects.toThrow(/it is a folder \(EISDIR\)/);
    expect((await allFiles()).sort()).toEqual(['results']);
  });

  it('does not bring back a run folder that is gone', async () => {
    const folder = openFileRunFolder(root, id);
    await folder.write('ready/eu/1.json', Buffer.from('x'));
    await rm(root, { recursive: true });
    await expect(folder.write('results/eu/1.xml', Buffer.from('x'))).rejects.toThrow(/the run folder is gone/);
    await expect(readdir(root)).rejects.toThrow('ENOENT');
    await folder.close();
  });

  it('finds no offset between a local disk and the clock of the same machine', async () => {
    const folder = openFileRunFolder(root, id);
    expect(await folder.clockOffsetMs()).toBe(0);
    expect(await allFiles()).toEqual([]);
  });
});

describe('offsetOf', () => {
  const ns = (ms: number): bigint => BigInt(Math.round(ms * 1_000)) * 1_000n;

  it('is the difference to the middle of the probe', () => {
    expect(offsetOf(ns(61_234.5), 1_000, 1_002)).toBe(60_233.5);
    expect(offsetOf(ns(1_000.5), 61_000, 61_001)).toBe(-60_000);
  });

  it('is 0 below what the file system and the probe can tell', () => {
    expect(offsetOf(ns(1_019.5), 1_000, 1_000)).toBe(0);
    expect(offsetOf(ns(981.5), 1_000, 1_000)).toBe(0);
    expect(offsetOf(ns(1_021.5), 1_000, 1_000)).toBe(21.5);
    expect(offsetOf(ns(1_149.5), 1_000, 1_300)).toBe(0);
  });

  it('trusts a file system of whole seconds only with seconds', () => {
    expect(offsetOf(ns(10_000), 11_900, 11_901)).toBe(0);
    expect(offsetOf(ns(20_000), 11_900, 11_900)).toBe(8_100);
  });
});

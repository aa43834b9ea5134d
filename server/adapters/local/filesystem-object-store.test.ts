import { mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { objectStoreContract } from '../../ports/object-store.contract.ts';
import { createFilesystemObjectStore, type FilesystemObjectStore } from './filesystem-object-store.ts';
import { startScript } from './fixtures/run-script.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';

const script = new URL('./fixtures/put-objects.ts', import.meta.url);

objectStoreContract('filesystem', async () => {
  const folder = await makeTemporaryFolder();
  const store = createFilesystemObjectStore(join(folder.path, 'objects'));
  const close = async () => {
    store.close();
    await folder.remove();
  };
  return { store, close };
});

describe('the filesystem object store', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let root: string;
  let store: FilesystemObjectStore;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    root = join(folder.path, 'objects');
    store = createFilesystemObjectStore(root);
  });
  afterEach(async () => {
    store.close();
    await folder.remove();
  });

  describe('shares its folder with tasks', () => {
    it('gives them a file URL that holds whatever the path holds', async () => {
      const odd = createFilesystemObjectStore(join(root, 'a #?%20 ü'));
      await odd.put('runs/1/plan.json', Buffer.from('plan'));
      const url = odd.urlOf('runs/1/');
      expect(url).toMatch(/^file:\/\/\/.*\/runs\/1\/$/);
      expect(await readFile(join(fileURLToPath(url), 'plan.json'), 'utf8')).toBe('plan');
      odd.close();
    });

    it('refuses to give a URL outside', () => {
      expect(() => store.urlOf('runs/../../')).toThrow(expect.objectContaining({ code: 'option_invalid' }));
    });

    it('sees what they write, and not what they are writing', async () => {
      const run = fileURLToPath(store.urlOf('runs/1/'));
      await mkdir(join(run, '.tmp', 'eu.0'), { recursive: true });
      await mkdir(join(run, 'ready/eu'), { recursive: true });
      await writeFile(join(run, '.tmp', 'eu.0', '1'), 'half');
      await writeFile(join(run, '.tmp', 'eu.0', '2'), 'whole');
      await rename(join(run, '.tmp', 'eu.0', '2'), join(run, 'ready/eu/0.json'));
      const listed = await store.list('runs/1/');
      expect(listed.map((info) => info.key)).toEqual(['runs/1/ready/eu/0.json']);
      await store.deletePrefix('runs/1/');
      await expect(stat(run)).rejects.toThrow('ENOENT');
    });

    it('notices at once when a file changes in place, its size and time staying the same', async () => {
      const etag = await store.put('k', Buffer.from('one'));
      const { atime, mtime } = await stat(join(root, 'k'));
      await writeFile(join(root, 'k'), 'two');
      await utimes(join(root, 'k'), atime, mtime);
      expect((await store.get('k'))?.etag).not.toBe(etag);
      await expect(store.put('k', Buffer.from('three'), { ifMatch: etag })).rejects.toMatchObject({ code: 'conflict' });
    });
  });

  describe('with several processes', () => {
    it('loses no conditional update', async () => {
      await store.put('count', Buffer.from('0'));
      const scripts = Array.from({ length: 4 }, () => startScript(script, [root, 'count', '25']).ended);
      for (const result of await Promise.all(scripts)) expect(result).toMatchObject({ code: 0, errors: '' });
      expect(Buffer.from((await store.get('count'))?.body ?? []).toString()).toBe('100');
    });

    it('lets one of them put what is absent', async () => {
      const scripts = Array.from({ length: 5 }, (_, i) => startScript(script, [root, 'race', `put ${i}`]).ended);
      const outputs = (await Promise.all(scripts)).map((result) => result.output.trim());
      expect(outputs.filter((output) => output === 'won')).toHaveLength(1);
      expect(Buffer.from((await store.get('first'))?.body ?? []).toString()).toBe(`put ${outputs.indexOf('won')}`);
    });

    it('never shows a part of an object, neither while it is replaced nor after the writer was killed', async () => {
      for (let round = 0; round < 3; round++) {
        const writer = startScript(script, [root, 'overwrite']);
        await writer.printed('written');
        for (let i = 0; i < 10; i++) expectUniform(await store.get('big'));
        writer.child.kill('SIGKILL');
        await writer.ended;
        expectUniform(await store.get('big'));
        // The lock died with its holder.
        await store.put('after', Buffer.from(String(round)));
        expect((await store.list('')).map((info) => info.key)).toEqual(['after', 'big']);
      }
    });
  });

  it('sweeps the drafts of writers that died, and no younger ones', async () => {
    await mkdir(join(root, '.tmp'), { recursive: true });
    const old = new Date(Date.now() - 2 * 3600 * 1000);
    await writeFile(join(root, '.tmp', 'draft-old'), 'half');
    await utimes(join(root, '.tmp', 'draft-old'), old, old);
    await writeFile(join(root, '.tmp', 'draft-young'), 'half');
    await store.put('k', Buffer.from('x'));
    expect(await readdir(join(root, '.tmp'))).toEqual(['draft-young', 'lock']);
    expect((await store.list('')).map((info) => info.key)).toEqual(['k']);
  });

  it('leaves no draft behind, whether a put succeeds or not', async () => {
    await store.put('k', Buffer.from('x'));
    await store.put('k', Buffer.from('y'), { ifAbsent: true }).catch(() => {});
    await store.put('k/below', Buffer.from('y')).catch(() => {});
    expect(await readdir(join(root, '.tmp'))).toEqual(['lock']);
  });

  describe('does not follow symbolic links', () => {
    beforeEach(async () => {
      await mkdir(join(folder.path, 'outside', 'deep'), { recursive: true });
      await writeFile(join(folder.path, 'outside', 'secret'), 'secret');
      await mkdir(join(root, 'a'), { recursive: true });
      await symlink(join(folder.path, 'outside'), join(root, 'a', 'folder'));
      await symlink(join(folder.path, 'outside', 'secret'), join(root, 'a', 'file'));
    });

    it('when reading', async () => {
      expect(await store.get('a/file')).toBeNull();
      expect(await store.get('a/folder/secret')).toBeNull();
      expect(await store.list('a/')).toEqual([]);
      expect(await store.list('a/folder/')).toEqual([]);
    });

    it('when writing and deleting', async () => {
      await expect(store.put('a/folder/new', Buffer.from('x'))).rejects.toMatchObject({ code: 'option_invalid' });
      await store.put('a/file', Buffer.from('mine'));
      await store.delete('a/folder/secret');
      await store.deletePrefix('a/folder/');
      await store.deletePrefix('a/folder/deep/');
      await store.deletePrefix('a/');
      expect(await readdir(join(folder.path, 'outside'))).toEqual(['deep', 'secret']);
      expect(await readFile(join(folder.path, 'outside', 'secret'), 'utf8')).toBe('secret');
    });
  });

  it('refuses keys that file systems cannot hold beside each other', async () => {
    await store.put('a', Buffer.from('x'));
    await expect(store.put('a/b', Buffer.from('y'))).rejects.toMatchObject({ code: 'option_invalid' });
    await store.put('c/d', Buffer.from('x'));
    await expect(store.put('c', Buffer.from('y'))).rejects.toMatchObject({ code: 'option_invalid' });
  });

  it('keeps what it holds to its owner', async () => {
    await store.put('a/b', Buffer.from('x'));
    for (const path of ['', 'a', '.tmp']) expect((await stat(join(root, path))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, 'a/b'))).mode & 0o777).toBe(0o600);
  });

  it('says what failed, where and why', async () => {
    await writeFile(join(folder.path, 'file'), '');
    expect(() => createFilesystemObjectStore(join(folder.path, 'file', 'objects'))).toThrow(
      expect.objectContaining({
        code: 'store_failed',
        message: `cannot open the object store ${join(folder.path, 'file', 'objects')}: a part of its path is a file, not a folder (ENOTDIR)`,
      }),
    );
    await writeFile(join(root, '.tmp'), 'a file where the drafts should go');
    await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining(`cannot write k in ${root}: a part of its path is a file`),
    });
  });
});

function expectUniform(found: { body: Uint8Array } | null): void {
  const body = Buffer.from(found?.body ?? []);
  expect(body).toHaveLength(2_000_000);
  expect(body.equals(Buffer.alloc(2_000_000, body[0]))).toBe(true);
}

import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';
import { openSigningKey } from './signing-key.ts';

describe('a signing key', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'upload-key');
  });
  afterEach(() => folder.remove());

  it('is made once, for its owner only, and is another one elsewhere', async () => {
    const key = await openSigningKey(path);
    expect(key).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await openSigningKey(path)).equals(await readFile(path))).toBe(true);
    expect(Buffer.from(await openSigningKey(`${path}-2`)).equals(key)).toBe(false);
  });

  it('is made private when it was not', async () => {
    await openSigningKey(path);
    await chmod(path, 0o644);
    await openSigningKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not taken from a damaged file, a folder or a link', async () => {
    await writeFile(path, 'short');
    await mkdir(`${path}-folder`);
    await writeFile(`${path}-other`, Buffer.alloc(32));
    await symlink(`${path}-other`, `${path}-link`);
    for (const bad of [path, `${path}-folder`, `${path}-link`]) {
      await expect(openSigningKey(bad)).rejects.toMatchObject({ code: 'store_failed' });
    }
  });
});

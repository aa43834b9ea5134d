import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTokenOf } from '../../security/token.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';
import { openLocalToken } from './local-token.ts';

describe('the local token', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'home', 'local-token');
  });
  afterEach(() => folder.remove());

  it('is another one at each start, for its owner only, and goes with the control plane', async () => {
    const first = await openLocalToken(path);
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^lsl_[A-Za-z0-9_-]{43}\n$/);
    expect(isTokenOf(text.trim(), first.hash)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const second = await openLocalToken(path);
    expect(isTokenOf(text.trim(), second.hash)).toBe(false);
    expect(await readdir(join(folder.path, 'home'))).toEqual(['local-token']);
    await second.serveOn(8080);
    expect(await readFile(join(folder.path, 'home', 'local-port'), 'utf8')).toBe('8080\n');
    await second.close();
    await second.close();
    expect(await readdir(join(folder.path, 'home'))).toEqual([]);
  });

  it('replaces whatever lies there, and writes through no link', async () => {
    await mkdir(join(folder.path, 'home'));
    const other = join(folder.path, 'other');
    await writeFile(other, 'kept', { mode: 0o644 });
    await symlink(other, path);
    await openLocalToken(path);
    expect(await readFile(other, 'utf8')).toBe('kept');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('says why when it cannot be written', async () => {
    await writeFile(join(folder.path, 'home'), '');
    await expect(openLocalToken(path)).rejects.toMatchObject({
      code: 'store_failed',
      message: `cannot write the token ${path}: a part of its path is a file, not a folder (ENOTDIR)`,
    });
  });
});

import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAdminToken } from './admin-token.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';

describe('the admin token', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'home', 'admin-token');
  });
  afterEach(() => folder.remove());

  const modeOf = async () => (await stat(path)).mode & 0o777;
  const write = async (text: string, mode = 0o600) => {
    await mkdir(join(folder.path, 'home'), { recursive: true });
    await writeFile(path, text, { mode });
    await chmod(path, mode);
  };

  it('is made once, for its owner only', async () => {
    const made = await openAdminToken(path);
    expect(made).toEqual({ token: expect.stringMatching(/^lsa_[A-Za-z0-9_-]{43}$/), isNew: true, wasExposed: false });
    expect(await readFile(path, 'utf8')).toBe(`${made.token}\n`);
    expect(await modeOf()).toBe(0o600);
    expect(await readdir(join(folder.path, 'home'))).toEqual(['admin-token']);
    expect(await openAdminToken(path)).toEqual({ ...made, isNew: false });
  });

  it('is the same for all that open it at once', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => openAdminToken(path)));
    expect(new Set(opened.map(({ token }) => token)).size).toBe(1);
    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await readdir(join(folder.path, 'home'))).toEqual(['admin-token']);
  });

  it('may be one that somebody has put there', async () => {
    const token = 'my-own.token~of+some/length=0123456789';
    await write(`  ${token}\n\n`);
    expect(await openAdminToken(path)).toEqual({ token, isNew: false, wasExposed: false });
  });

  it.each([0o640, 0o604, 0o644, 0o666, 0o777, 0o610])('is made private when its mode is %o', async (mode) => {
    await write('x'.repeat(40), mode);
    expect(await openAdminToken(path)).toMatchObject({ wasExposed: true });
    expect(await modeOf()).toBe(0o600);
    expect(await openAdminToken(path)).toMatchObject({ wasExposed: false });
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['too little', 'lsa_short'],
    ['two lines', `${'x'.repeat(40)}\n${'y'.repeat(40)}`],
    ['what no header can hold', `${'x'.repeat(40)}\0`],
    ['other text', 'This is no token but a sentence that is long enough.'],
    ['too much', 'x'.repeat(100_000)],
  ])('is refused when the file holds %s', async (_what, text) => {
    await write(text);
    const error = {
      code: 'store_failed',
      message: `the admin token ${path} holds no token: remove it to get a new one`,
    };
    await expect(openAdminToken(path)).rejects.toMatchObject(error);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('is refused when it is a link, a folder or a device', async () => {
    await mkdir(join(folder.path, 'home'));
    await writeFile(join(folder.path, 'other'), 'x'.repeat(40));
    await symlink('../other', path);
    await expect(openAdminToken(path)).rejects.toMatchObject({
      message: expect.stringContaining('is a symbolic link'),
    });
    path = join(folder.path, 'home');
    await expect(openAdminToken(path)).rejects.toMatchObject({ message: expect.stringContaining('is no file') });
    path = '/dev/zero';
    await expect(openAdminToken(path)).rejects.toMatchObject({ message: expect.stringContaining('is no file') });
  });

  it('says why when its folder cannot be used', async () => {
    await writeFile(join(folder.path, 'home'), '');
    await expect(openAdminToken(path)).rejects.toMatchObject({
      code: 'store_failed',
      message: `cannot use the admin token ${path}: a part of its path is a file, not a folder (ENOTDIR)`,
    });
  });
});

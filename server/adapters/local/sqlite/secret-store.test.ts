import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { openSqliteStores } from './sqlite-stores.ts';

const VALUE = 'correct horse battery staple';

describe('secrets in SQLite', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'loadstar.sqlite');
    const stores = openSqliteStores(path);
    await stores.secrets.put({ name: 'A', value: VALUE, updatedAtMs: 1, updatedBy: { kind: 'local' } });
    await stores.secrets.put({ name: 'B', value: 'another one', updatedAtMs: 1, updatedBy: { kind: 'local' } });
    stores.close();
  });
  afterEach(() => folder.remove());

  const readA = async () => {
    const stores = openSqliteStores(path);
    try {
      return (await stores.secrets.read(['A'])).get('A');
    } finally {
      stores.close();
    }
  };
  const change = (sql: string) => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };

  const flipLastByte = () => {
    const database = new DatabaseSync(path);
    const sealed = Buffer.from(
      database.prepare("SELECT sealed FROM secrets WHERE name = 'A'").get()?.sealed as Uint8Array,
    );
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    database.prepare("UPDATE secrets SET sealed = ? WHERE name = 'A'").run(sealed);
    database.close();
  };

  it('are there after a restart, and in no file as they are', async () => {
    expect(await readA()).toBe(VALUE);
    const names = await readdir(folder.path);
    expect(names).toContain('secrets-key');
    for (const name of names) {
      const bytes = await readFile(join(folder.path, name));
      expect(bytes.includes(VALUE)).toBe(false);
      expect(bytes.includes(Buffer.from(VALUE).toString('base64'))).toBe(false);
    }
  });

  it.each([
    ['another key', () => rm(join(folder.path, 'secrets-key'))],
    [
      'the value of another name',
      () => change("UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE name = 'B') WHERE name = 'A'"),
    ],
    ['a changed byte', flipLastByte],
    ['too few bytes', () => change("UPDATE secrets SET sealed = x'0102' WHERE name = 'A'")],
  ])('are not read with %s', async (_what, damage) => {
    await damage();
    await expect(readA()).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining('store it again'),
    });
  });
});

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleRun } from '../../../ports/fixtures/sample-rows.ts';
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { createRunStore } from './run-store.ts';
import { databaseFailed } from './sqlite-errors.ts';

describe('a database', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  let database: Database;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'database');
    database = openDatabase(path, 0);
  });
  afterEach(async () => {
    database.close();
    await folder.remove();
  });

  it('syncs every commit, in a write-ahead log', () => {
    expect(database.rows('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(database.rows('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(database.rows('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  });

  it('that is full says so with its path, and works on when it has room again', async () => {
    const runs = createRunStore(database);
    await runs.create(sampleRun({ id: 'before' }));
    const pages = Number(database.rows('PRAGMA page_count')[0]?.page_count);
    database.rows(`PRAGMA max_page_count = ${pages}`);
    const large = sampleRun({ id: 'large', reason: 'x'.repeat(100_000) });
    await expect(runs.create(large)).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining(`cannot use the database ${path}: the disk is full`),
    });
    expect(await runs.get('large')).toBeNull();
    expect(await runs.get('before')).toEqual(sampleRun({ id: 'before' }));
    database.rows(`PRAGMA max_page_count = ${pages + 1_000}`);
    await runs.create(large);
    expect(await runs.get('large')).toEqual(large);
  });

  it('that is full in the middle of a transaction keeps none of it', () => {
    const pages = Number(database.rows('PRAGMA page_count')[0]?.page_count);
    database.rows(`PRAGMA max_page_count = ${pages + 2}`);
    const fill = () =>
      database.transaction(() => {
        for (let i = 0; i < 100; i++) {
          database.change('INSERT INTO task_results VALUES (?, ?, ?, ?)', 'run', 'eu', i, 'x'.repeat(1_000));
        }
      });
    expect(fill).toThrow('the disk is full');
    expect(database.rows('SELECT count(*) AS count FROM task_results')).toEqual([{ count: 0 }]);
    database.transaction(() => database.change('INSERT INTO task_results VALUES (?, ?, ?, ?)', 'run', 'eu', 1, 'x'));
    expect(database.rows('SELECT count(*) AS count FROM task_results')).toEqual([{ count: 1 }]);
  });

  it('that is read-only says so with its path', () => {
    const readOnly = new DatabaseSync(path, { readOnly: true });
    let thrown: unknown;
    try {
      readOnly.exec("INSERT INTO task_results VALUES ('run', 'eu', 1, 'x')");
    } catch (error) {
      thrown = error;
    }
    readOnly.close();
    expect(databaseFailed(path, thrown)).toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining(`cannot use the database ${path}: it is read-only`),
    });
  });

  it('undoes a transaction that throws, with the error as it was', () => {
    const failing = () =>
      database.transaction(() => {
        database.change("INSERT INTO task_results VALUES ('run', 'eu', 1, 'x')");
        throw new Error('in the middle');
      });
    expect(failing).toThrow('in the middle');
    expect(database.rows('SELECT * FROM task_results')).toEqual([]);
  });

  it('is read while another one is writing', () => {
    const other = new Database(path);
    other.executeScript('BEGIN IMMEDIATE');
    const reading = database.rows('SELECT count(*) AS count FROM runs');
    expect(reading).toEqual([{ count: 0 }]);
    other.executeScript('COMMIT');
    database.change("INSERT INTO task_results VALUES ('run', 'eu', 1, 'x')");
    expect(other.rows('SELECT count(*) AS count FROM task_results')).toEqual([{ count: 1 }]);
    other.close();
  });
});

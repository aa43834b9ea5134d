import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { Database } from './database.ts';
import { migrate, migrations } from './migrations.ts';
import { openDatabase } from './open-database.ts';

const one = { name: 'one', sql: 'CREATE TABLE one (a TEXT) STRICT' };
const two = { name: 'two', sql: "INSERT INTO one VALUES ('kept'); CREATE TABLE two (b TEXT) STRICT" };

describe('migrate', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  let database: Database;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'database');
    database = new Database(path);
  });
  afterEach(async () => {
    database.close();
    await folder.remove();
  });

  const applied = () => database.rows('SELECT number, name, applied_at_ms FROM migrations ORDER BY number');

  it('applies what is missing, once, in order, and notes when', () => {
    migrate(database, 1_000, [one]);
    migrate(database, 2_000, [one, two]);
    migrate(database, 3_000, [one, two]);
    expect(applied()).toEqual([
      { number: 1, name: 'one', applied_at_ms: 1_000 },
      { number: 2, name: 'two', applied_at_ms: 2_000 },
    ]);
    expect(database.rows('SELECT a FROM one')).toEqual([{ a: 'kept' }]);
  });

  it('leaves all as it was when a step fails', () => {
    migrate(database, 1_000, [one]);
    const broken = { name: 'broken', sql: 'CREATE TABLE three (c TEXT) STRICT; INSERT INTO nowhere VALUES (1)' };
    expect(() => migrate(database, 2_000, [one, two, broken])).toThrow(
      expect.objectContaining({ code: 'store_failed', message: expect.stringContaining('no such table: nowhere') }),
    );
    expect(applied()).toMatchObject([{ number: 1 }]);
    expect(database.rows("SELECT name FROM sqlite_schema WHERE name IN ('two', 'three')")).toEqual([]);
    migrate(database, 3_000, [one, two]);
    expect(applied()).toMatchObject([{ number: 1 }, { number: 2 }]);
  });

  it('refuses a database of a newer program and changes nothing in it', () => {
    migrate(database, 1_000, [one, two]);
    expect(() => migrate(database, 2_000, [one])).toThrow(
      expect.objectContaining({
        code: 'store_failed',
        message: expect.stringContaining(`${path} was written by a newer Loadstar (schema 2, this one knows 1)`),
      }),
    );
    expect(applied()).toHaveLength(2);
  });

  it("refuses a database that is somebody else's", () => {
    const theirs = new DatabaseSync(path);
    theirs.exec('CREATE TABLE songs (title TEXT)');
    theirs.close();
    expect(() => openDatabase(path, 1_000)).toThrow(`the database ${path} is not Loadstar's`);
    expect(database.rows('SELECT name FROM sqlite_schema')).toEqual([{ name: 'songs' }]);
  });

  it('makes only strict tables, and finds rows by index', () => {
    migrate(database, 1_000);
    expect(applied()).toHaveLength(migrations.length);
    const tables = database.rows("SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%'");
    expect(tables).toHaveLength(13);
    for (const table of tables) expect(table).toMatchObject({ strict: 1 });
    for (const query of [
      'SELECT id FROM runs WHERE (created_at_ms, id) < (1, 1) ORDER BY created_at_ms DESC, id DESC LIMIT 5',
      'SELECT id FROM runs WHERE scenario_id = 1 AND (created_at_ms, id) < (1, 1) ORDER BY created_at_ms DESC, id DESC',
      'SELECT id FROM runs WHERE unfinished = 1 ORDER BY created_at_ms, id',
      'SELECT id FROM scenarios WHERE (created_at_ms, id) < (1, 1) ORDER BY created_at_ms DESC, id DESC LIMIT 5',
      'SELECT id FROM scenarios WHERE (sort_name, id) > (1, 1) ORDER BY sort_name, id LIMIT 5',
      'SELECT id FROM scenarios WHERE (updated_at_ms, id) > (1, 1) ORDER BY updated_at_ms, id LIMIT 5',
      'SELECT 1 FROM scenario_tags WHERE scenario_id = 1 AND tag = 2',
      'SELECT id FROM runs WHERE phase = 1 AND (created_at_ms, id) < (1, 1) ORDER BY created_at_ms DESC, id DESC LIMIT 5',
      'SELECT id FROM users WHERE (created_at_ms, id) < (1, 1) ORDER BY created_at_ms DESC, id DESC LIMIT 5',
      'SELECT id FROM api_tokens WHERE hash = 1',
      'DELETE FROM api_tokens WHERE owner_id = 1',
      'SELECT id FROM identity_records WHERE kind = 1 AND uid = 2',
      'SELECT id FROM identity_records WHERE kind = 1 AND user_code = 2',
      'DELETE FROM identity_records WHERE grant_id = 1',
      'DELETE FROM identity_records WHERE account_id = 1',
      'DELETE FROM identity_records WHERE expires_at_ms < 1',
      'SELECT task FROM task_results WHERE run_id = 1 ORDER BY region, task',
    ]) {
      const plan = database.rows(`EXPLAIN QUERY PLAN ${query}`).map((row) => String(row.detail));
      expect(plan).toEqual([expect.stringMatching(/USING (COVERING )?(INDEX|PRIMARY KEY)/)]);
    }
  });

  it('makes the local administrator of the one who had the token of the first release', () => {
    migrate(database, 1_000, migrations.slice(0, 3));
    const written = { id: 's', createdBy: { kind: 'admin' }, text: 'a "kind": "admin" of its own', createdAtMs: 1.5 };
    database.change(
      `INSERT INTO scenarios (id, version, name, sort_name, tags, created_at_ms, updated_at_ms, document)
       VALUES ('s', 1, 's', 's', '[]', 1, 1, ?)`,
      JSON.stringify(written),
    );
    for (const kind of ['admin', 'system']) {
      const document = JSON.stringify({ actor: { kind }, action: 'run.start', detail: null });
      database.change('INSERT INTO audit_records (document) VALUES (?)', document);
    }
    migrate(database, 2_000);
    const documents = (table: string) =>
      database.rows(`SELECT document FROM ${table}`).map((row) => JSON.parse(String(row.document)));
    expect(documents('scenarios')).toEqual([{ ...written, createdBy: { kind: 'local' } }]);
    expect(documents('audit_records')).toEqual([
      { actor: { kind: 'local' }, action: 'run.start', detail: null },
      { actor: { kind: 'system' }, action: 'run.start', detail: null },
    ]);
  });
});

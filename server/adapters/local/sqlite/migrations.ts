/**
 * The database's schema as a list of steps. A step that was ever released is never changed: new ones go to the end. Rows are JSON
 * documents; columns beside them exist only to find and order rows.
 */
import { LoadstarError } from '../../../../core/errors.ts';
import type { Database } from './database.ts';

interface Migration {
  name: string;
  sql: string;
}

/** Migration n is the n-th of them, counted from 1. */
export const migrations: readonly Migration[] = [
  {
    name: 'scenarios, runs, task results, run queue',
    sql: `
      CREATE TABLE scenarios (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        created_at_ms REAL NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX scenarios_by_age ON scenarios (created_at_ms, id);

      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        scenario_id TEXT NOT NULL,
        unfinished INTEGER NOT NULL,
        created_at_ms REAL NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX runs_by_age ON runs (created_at_ms, id);
      CREATE INDEX runs_of_scenario_by_age ON runs (scenario_id, created_at_ms, id);
      CREATE INDEX runs_unfinished_by_age ON runs (created_at_ms, id) WHERE unfinished = 1;

      CREATE TABLE task_results (
        run_id TEXT NOT NULL,
        region TEXT NOT NULL,
        task INTEGER NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (run_id, region, task)
      ) STRICT;

      CREATE TABLE run_queue (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id TEXT NOT NULL UNIQUE,
        visible_at_ms REAL NOT NULL,
        deliveries INTEGER NOT NULL,
        receipt TEXT UNIQUE
      ) STRICT;
    `,
  },
  {
    name: 'audit records',
    sql: `
      CREATE TABLE audit_records (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        document TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    // Scenarios that runs of files had left here go: they had no text, and such runs have all they need in their folders.
    name: 'scenarios as they were written and to be looked for, runs by phase, idempotency keys',
    sql: `
      DROP TABLE scenarios;
      CREATE TABLE scenarios (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        sort_name TEXT NOT NULL,
        tags TEXT NOT NULL,
        created_at_ms REAL NOT NULL,
        updated_at_ms REAL NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX scenarios_by_name ON scenarios (sort_name, id);
      CREATE INDEX scenarios_by_age ON scenarios (created_at_ms, id);
      CREATE INDEX scenarios_by_change ON scenarios (updated_at_ms, id);

      CREATE TABLE scenario_tags (
        scenario_id TEXT NOT NULL REFERENCES scenarios (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (scenario_id, tag)
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE runs ADD COLUMN phase TEXT NOT NULL DEFAULT '';
      UPDATE runs SET phase = json_extract(document, '$.phase');
      CREATE INDEX runs_by_phase ON runs (phase, created_at_ms, id);

      CREATE TABLE idempotency_keys (
        key TEXT PRIMARY KEY,
        request_hash TEXT NOT NULL,
        run_id TEXT NOT NULL,
        is_done INTEGER NOT NULL,
        claimed_at_ms REAL NOT NULL,
        expires_at_ms REAL NOT NULL
      ) STRICT;
      CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at_ms);
    `,
  },
  {
    // Who had the admin token could read the data folder.
    name: 'users, sign-in links, API tokens, records of the OpenID provider; the bootstrap administrator becomes the local one',
    sql: `
      CREATE TABLE users (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        email TEXT NOT NULL UNIQUE,
        is_active_admin INTEGER NOT NULL,
        created_at_ms REAL NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX users_by_age ON users (created_at_ms, id);

      CREATE TABLE sign_in_links (
        user_id TEXT PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL
      ) STRICT;

      CREATE TABLE api_tokens (
        id TEXT PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        owner_id TEXT NOT NULL,
        created_at_ms REAL NOT NULL,
        last_used_at_ms REAL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX api_tokens_by_age ON api_tokens (created_at_ms, id);
      CREATE INDEX api_tokens_of_owner ON api_tokens (owner_id);

      CREATE TABLE identity_records (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        uid TEXT,
        user_code TEXT,
        grant_id TEXT,
        account_id TEXT,
        consumed_at_ms REAL,
        expires_at_ms REAL,
        document TEXT NOT NULL,
        PRIMARY KEY (kind, id)
      ) STRICT;
      CREATE INDEX identity_records_by_uid ON identity_records (kind, uid) WHERE uid IS NOT NULL;
      CREATE INDEX identity_records_by_user_code ON identity_records (kind, user_code) WHERE user_code IS NOT NULL;
      CREATE INDEX identity_records_by_grant ON identity_records (grant_id) WHERE grant_id IS NOT NULL;
      CREATE INDEX identity_records_by_account ON identity_records (account_id) WHERE account_id IS NOT NULL;
      CREATE INDEX identity_records_by_expiry ON identity_records (expires_at_ms);

      UPDATE scenarios SET document = json_set(document, '$.createdBy', json('{"kind":"local"}'))
        WHERE json_extract(document, '$.createdBy.kind') = 'admin';
      UPDATE audit_records SET document = json_set(document, '$.actor', json('{"kind":"local"}'))
        WHERE json_extract(document, '$.actor.kind') = 'admin';
    `,
  },
  {
    name: 'secrets of scenarios',
    sql: `
      CREATE TABLE secrets (
        name TEXT PRIMARY KEY,
        sealed BLOB NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
    `,
  },
];

/**
 * Brings a database up to the newest schema, in one transaction: another process sees all of it or nothing. Throws `store_failed` for a
 * database of a newer program, and for one that is not Loadstar's.
 */
export function migrate(database: Database, nowMs: number, steps: readonly Migration[] = migrations): void {
  database.transaction(() => {
    const present = appliedMigrations(database);
    if (present > steps.length) {
      throw new LoadstarError(
        'store_failed',
        `the database ${database.path} was written by a newer Loadstar (schema ${present}, this one knows ${steps.length}): ` +
          'update Loadstar, or use another data directory',
      );
    }
    for (const [i, { name, sql }] of steps.entries()) {
      if (i < present) continue;
      database.executeScript(sql);
      database.change('INSERT INTO migrations (number, name, applied_at_ms) VALUES (?, ?, ?)', i + 1, name, nowMs);
    }
  });
}

/** How many there were, from a table that is made when the database is new. */
function appliedMigrations(database: Database): number {
  const tables = database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => row.name);
  if (tables.length === 0) {
    database.executeScript(
      'CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at_ms REAL NOT NULL) STRICT',
    );
  } else if (!tables.includes('migrations')) {
    throw new LoadstarError('store_failed', `the database ${database.path} is not Loadstar's: it holds other tables`);
  }
  return Number(database.rows('SELECT coalesce(max(number), 0) AS number FROM migrations')[0]?.number);
}

/** Scenarios in the table `scenarios`. */
import type { ScenarioStore, StoredScenario } from '../../../ports/stores.ts';
import { pageOf, readPage } from '../../page.ts';
import { checkRowToWrite, storedScenarioSchema } from '../../stored-rows.ts';
import type { Database } from './database.ts';
import { insertRow, refuseUpdate, startOf } from './versioned-table.ts';

export function createScenarioStore(database: Database): ScenarioStore {
  const read = (row: Record<string, unknown>): StoredScenario =>
    database.readDocument(storedScenarioSchema, { document: String(row.document) }, `scenario ${row.id}`);

  return {
    async create(stored) {
      const document = toDocument(stored);
      insertRow(`scenario ${stored.id}`, () =>
        database.change(
          'INSERT INTO scenarios (id, version, created_at_ms, document) VALUES (?, ?, ?, ?)',
          stored.id,
          stored.version,
          stored.createdAtMs,
          document,
        ),
      );
    },

    async get(id) {
      const [row] = database.rows('SELECT id, document FROM scenarios WHERE id = ?', id);
      return row === undefined ? null : read(row);
    },

    async update(stored) {
      const changed = database.change(
        'UPDATE scenarios SET version = ?, created_at_ms = ?, document = ? WHERE id = ? AND version = ?',
        stored.version,
        stored.createdAtMs,
        toDocument(stored),
        stored.id,
        stored.version - 1,
      );
      if (changed === 0) refuseUpdate(database, 'scenarios', `scenario ${stored.id}`, stored);
    },

    async list(page) {
      const { limit, after } = readPage(page);
      const start = startOf(after);
      const rows = database.rows(
        'SELECT id, document FROM scenarios WHERE (created_at_ms, id) < (?, ?) ORDER BY created_at_ms DESC, id DESC LIMIT ?',
        start.createdAtMs,
        start.id,
        limit + 1,
      );
      return pageOf(rows.map(read), limit, (stored) => stored);
    },

    async delete(id) {
      database.change('DELETE FROM scenarios WHERE id = ?', id);
    },
  };
}

function toDocument(stored: StoredScenario): string {
  return JSON.stringify(checkRowToWrite(storedScenarioSchema, stored, `scenario ${stored.id}`));
}

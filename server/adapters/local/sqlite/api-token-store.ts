/** API tokens in the table `api_tokens`; when each was used last stands beside its document. */
import type { ApiToken, ApiTokenStore } from '../../../ports/api-tokens.ts';
import { apiTokenSchema } from '../../identity-rows.ts';
import { pageOf, readPage } from '../../page.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';
import { insertRow, startOf } from './versioned-table.ts';

type Row = ReturnType<Database['rows']>[number];

const COLUMNS = 'id, last_used_at_ms, document';

export function createApiTokenStore(database: Database): ApiTokenStore {
  const read = (row: Row): ApiToken => ({
    ...database.readDocument(apiTokenSchema, row, `API token ${row.id}`),
    lastUsedAtMs: row.last_used_at_ms === null ? null : Number(row.last_used_at_ms),
  });
  const first = (rows: Row[]) => (rows[0] === undefined ? null : read(rows[0]));
  return {
    async create(token) {
      const document = JSON.stringify(checkRowToWrite(apiTokenSchema, token, `API token ${token.id}`));
      insertRow(`API token ${token.id}`, () =>
        database.change(
          `INSERT INTO api_tokens (id, hash, owner_id, created_at_ms, last_used_at_ms, document)
           VALUES (?, ?, ?, ?, ?, ?)`,
          token.id,
          token.hash,
          token.ownerId,
          token.createdAtMs,
          token.lastUsedAtMs,
          document,
        ),
      );
    },

    get: async (id) => first(database.rows(`SELECT ${COLUMNS} FROM api_tokens WHERE id = ?`, id)),

    findByHash: async (hash) => first(database.rows(`SELECT ${COLUMNS} FROM api_tokens WHERE hash = ?`, hash)),

    async list({ ownerId, ...page }) {
      const { limit, after } = readPage(page);
      const start = startOf(after);
      const rows = database.rows(
        `SELECT ${COLUMNS} FROM api_tokens
         WHERE (? IS NULL OR owner_id = ?) AND (created_at_ms, id) < (?, ?)
         ORDER BY created_at_ms DESC, id DESC LIMIT ?`,
        ownerId,
        ownerId,
        start.createdAtMs,
        start.id,
        limit + 1,
      );
      return pageOf(rows.map(read), limit, ({ createdAtMs, id }) => ({ createdAtMs, id }));
    },

    async noteUse(id, atMs) {
      const sql = 'UPDATE api_tokens SET last_used_at_ms = ? WHERE id = ? AND coalesce(last_used_at_ms, 0) < ?';
      database.change(sql, atMs, id, atMs);
    },

    async delete(id) {
      database.change('DELETE FROM api_tokens WHERE id = ?', id);
    },

    async deleteOfOwner(ownerId) {
      database.change('DELETE FROM api_tokens WHERE owner_id = ?', ownerId);
    },
  };
}

/** Idempotency keys in the table `idempotency_keys`. Those that have expired go when a new one comes. */
import type { IdempotencyStore } from '../../../ports/idempotency.ts';
import { checkRowToWrite, idempotencyRecordSchema } from '../../stored-rows.ts';
import type { Database } from './database.ts';

export function createIdempotencyStore(database: Database): IdempotencyStore {
  return {
    async claim(record) {
      const row = checkRowToWrite(idempotencyRecordSchema, record, 'an idempotency key');
      return database.transaction(() => {
        database.change('DELETE FROM idempotency_keys WHERE expires_at_ms <= ?', row.claimedAtMs);
        database.change(
          `INSERT INTO idempotency_keys (key, request_hash, run_id, is_done, claimed_at_ms, expires_at_ms)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
          row.key,
          row.requestHash,
          row.runId,
          row.isDone ? 1 : 0,
          row.claimedAtMs,
          row.expiresAtMs,
        );
        const [present] = database.rows('SELECT * FROM idempotency_keys WHERE key = ?', row.key);
        return {
          key: row.key,
          requestHash: String(present?.request_hash),
          runId: String(present?.run_id),
          isDone: present?.is_done === 1,
          claimedAtMs: Number(present?.claimed_at_ms),
          expiresAtMs: Number(present?.expires_at_ms),
        };
      });
    },

    async complete(key, runId) {
      database.change('UPDATE idempotency_keys SET is_done = 1 WHERE key = ? AND run_id = ?', key, runId);
    },

    async release(key, runId) {
      const sql = 'DELETE FROM idempotency_keys WHERE key = ? AND run_id = ? AND is_done = 0';
      return database.change(sql, key, runId) > 0;
    },
  };
}

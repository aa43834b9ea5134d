/** Records of the OpenID provider in the table `identity_records`. */
import type { IdentityRecord, IdentityRecordStore } from '../../../ports/identity-records.ts';
import { identityRecordSchema } from '../../identity-rows.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';

export function createIdentityRecordStore(database: Database): IdentityRecordStore {
  const findBy = (column: 'id' | 'uid' | 'user_code', kind: string, value: string): IdentityRecord | null => {
    const sql = `SELECT consumed_at_ms, document FROM identity_records WHERE kind = ? AND ${column} = ?`;
    const [row] = database.rows(sql, kind, value);
    if (row === undefined) return null;
    const record = database.readDocument(identityRecordSchema, row, `a record (${kind}) of sign-in`);
    return { ...record, consumedAtMs: row.consumed_at_ms === null ? null : Number(row.consumed_at_ms) };
  };
  return {
    async put(record) {
      const { kind, id, uid, userCode, grantId, accountId, consumedAtMs, expiresAtMs } = record;
      const document = JSON.stringify(checkRowToWrite(identityRecordSchema, record, `a record (${kind}) of sign-in`));
      database.change(
        `INSERT OR REPLACE INTO identity_records
           (kind, id, uid, user_code, grant_id, account_id, consumed_at_ms, expires_at_ms, document)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[kind, id, uid, userCode, grantId, accountId, consumedAtMs, expiresAtMs, document],
      );
    },

    find: async (kind, id) => findBy('id', kind, id),
    findByUid: async (kind, uid) => findBy('uid', kind, uid),
    findByUserCode: async (kind, userCode) => findBy('user_code', kind, userCode),

    async consume(kind, id, atMs) {
      const sql = 'UPDATE identity_records SET consumed_at_ms = ? WHERE kind = ? AND id = ? AND consumed_at_ms IS NULL';
      return database.change(sql, atMs, kind, id) > 0;
    },

    async delete(kind, id) {
      database.change('DELETE FROM identity_records WHERE kind = ? AND id = ?', kind, id);
    },

    async deleteOfGrant(grantId) {
      database.change('DELETE FROM identity_records WHERE grant_id = ?', grantId);
    },

    async deleteOfAccount(accountId) {
      database.change('DELETE FROM identity_records WHERE account_id = ?', accountId);
    },

    async prune(nowMs) {
      database.change('DELETE FROM identity_records WHERE expires_at_ms < ?', nowMs);
    },
  };
}

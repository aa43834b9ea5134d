/** Audit records in the table `audit_records`. Their position is the order in which they were appended, and their id. */
import type { AuditStore } from '../../../ports/audit.ts';
import { readAuditPage } from '../../audit-page.ts';
import { pageOf } from '../../page.ts';
import { auditEventSchema, checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';

export function createAuditStore(database: Database, entriesMax: number): AuditStore {
  return {
    async append(event) {
      const document = JSON.stringify(checkRowToWrite(auditEventSchema, event, `the audit record of ${event.action}`));
      database.transaction(() => {
        const [row] = database.rows('INSERT INTO audit_records (document) VALUES (?) RETURNING position', document);
        database.change('DELETE FROM audit_records WHERE position <= ?', Number(row?.position) - entriesMax);
      });
    },

    async list(page) {
      const { limit, before } = readAuditPage(page);
      const rows = database.rows(
        'SELECT position, document FROM audit_records WHERE position < ? ORDER BY position DESC LIMIT ?',
        before,
        limit + 1,
      );
      const records = rows.map((row) => ({
        ...database.readDocument(auditEventSchema, row, `audit record ${row.position}`),
        id: String(row.position),
      }));
      return pageOf(records, limit, ({ atMs, id }) => ({ createdAtMs: atMs, id }));
    },
  };
}

/** An audit store for tests. */
import type { AuditStore } from '../../ports/audit.ts';
import { readAuditPage } from '../audit-page.ts';
import { pageOf } from '../page.ts';
import { auditEventSchema, checkRowToWrite } from '../stored-rows.ts';

export function createMemoryAuditStore(entriesMax: number): AuditStore {
  const documents: { position: number; document: string }[] = [];
  let appended = 0;
  return {
    async append(event) {
      const checked = checkRowToWrite(auditEventSchema, event, `the audit record of ${event.action}`);
      documents.push({ position: ++appended, document: JSON.stringify(checked) });
      if (documents.length > entriesMax) documents.shift();
    },

    async list(page) {
      const { limit, before } = readAuditPage(page);
      const records = documents
        .filter(({ position }) => position < before)
        .map(({ position, document }) => ({ ...auditEventSchema.parse(JSON.parse(document)), id: String(position) }));
      return pageOf(records.toReversed().slice(0, limit + 1), limit, ({ atMs, id }) => ({ createdAtMs: atMs, id }));
    },
  };
}

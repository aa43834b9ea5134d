/**
 * The audit: one item per record, numbered by a counter, in one partition, which takes a thousand of them a second. The list is of the newest state;
 * of records appended at the same moment a later number may be seen before an earlier one.
 */
import type { AuditStore } from '../../../ports/audit.ts';
import { readAuditPage } from '../../audit-page.ts';
import { pageOf } from '../../page.ts';
import { auditEventSchema, checkRowToWrite } from '../../stored-rows.ts';
import type { DynamoTable } from './dynamo-table.ts';
import { readRecord } from './record-documents.ts';

const PARTITION = 'audit';
const COUNTER = { pk: 'audit-counter', sk: 'record' };
/** As many as `Number.MAX_SAFE_INTEGER` has. */
const DIGITS = 16;

/** `entriesMax`: older ones are deleted as new ones come. */
export function createAuditStore(table: DynamoTable, entriesMax: number): AuditStore {
  const keyOf = (position: number) => ({ pk: PARTITION, sk: String(position).padStart(DIGITS, '0') });
  return {
    async append(event) {
      const checked = checkRowToWrite(auditEventSchema, event, `the audit record of ${event.action}`);
      const counted = await table.update(COUNTER, {
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': 1 },
      });
      const position = 'after' in counted ? Number(counted.after.count) : 0;
      await table.put({ ...keyOf(position), document: JSON.stringify(checked) });
      if (position > entriesMax) await table.delete(keyOf(position - entriesMax));
    },

    async list(page) {
      const { limit, before } = readAuditPage(page);
      const counter = await table.get(COUNTER);
      const oldest = Number(counter?.count ?? 0) - entriesMax + 1;
      const query = {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :oldest AND :newest',
        ExpressionAttributeValues: {
          ':pk': PARTITION,
          ':oldest': keyOf(Math.max(0, oldest)).sk,
          ':newest': keyOf(before - 1).sk,
        },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit + 1,
      };
      const records = [];
      // Of a range that is empty DynamoDB says that it is none.
      if (before > Math.max(0, oldest)) {
        for await (const item of table.query(query)) {
          records.push({ ...readRecord(auditEventSchema, item), id: String(Number(item.sk)) });
          if (records.length > limit) break;
        }
      }
      return pageOf(records, limit, ({ atMs, id }) => ({ createdAtMs: atMs, id }));
    },
  };
}

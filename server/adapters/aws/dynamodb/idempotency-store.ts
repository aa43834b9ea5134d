/** Idempotency keys, one item each. DynamoDB forgets those that have expired, some day; a claim does not see them. */
import type { IdempotencyRecord, IdempotencyStore } from '../../../ports/idempotency.ts';
import { checkRowToWrite, idempotencyRecordSchema } from '../../stored-rows.ts';
import type { DynamoTable, Refusal } from './dynamo-table.ts';

const keyOf = (key: string) => ({ pk: `idempotency#${key}`, sk: 'record' });

export function createIdempotencyStore(table: DynamoTable): IdempotencyStore {
  return {
    async claim(record) {
      const checked = checkRowToWrite(idempotencyRecordSchema, record, 'an idempotency key');
      const expiresAtSeconds = Math.ceil(checked.expiresAtMs / 1000);
      const written = await table.put(
        { ...keyOf(checked.key), ...checked, expiresAtSeconds },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAtMs <= :now',
          ExpressionAttributeValues: { ':now': checked.claimedAtMs },
        },
      );
      return 'before' in written ? checked : readRefusal(written, checked);
    },

    async complete(key, runId) {
      await table.update(keyOf(key), {
        UpdateExpression: 'SET isDone = :done',
        ConditionExpression: 'runId = :runId',
        ExpressionAttributeValues: { ':done': true, ':runId': runId },
      });
    },

    async release(key, runId) {
      const deleted = await table.delete(keyOf(key), {
        ConditionExpression: 'runId = :runId AND isDone = :done',
        ExpressionAttributeValues: { ':done': false, ':runId': runId },
      });
      return 'before' in deleted && deleted.before !== null;
    },
  };
}

/** What stands in the way of a claim, in DynamoDB's own form. */
function readRefusal({ refusedBy }: Refusal, { key }: IdempotencyRecord): IdempotencyRecord {
  return idempotencyRecordSchema.parse({
    key,
    requestHash: refusedBy?.requestHash?.S,
    runId: refusedBy?.runId?.S,
    isDone: refusedBy?.isDone?.BOOL,
    claimedAtMs: Number(refusedBy?.claimedAtMs?.N),
    expiresAtMs: Number(refusedBy?.expiresAtMs?.N),
  });
}

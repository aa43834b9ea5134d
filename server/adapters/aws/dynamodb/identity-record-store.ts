/** What the embedded OpenID provider remembers, where one runs in front of these tables. DynamoDB forgets by itself what has expired, some day. */

import { LoadstarError } from '../../../../core/errors.ts';
import type { IdentityRecord, IdentityRecordStore } from '../../../ports/identity-records.ts';
import { identityRecordSchema } from '../../identity-rows.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { DynamoTable, Item } from './dynamo-table.ts';
import type { IndexedRecords, RecordEntry } from './indexed-records.ts';
import { sortableNumber } from './positions.ts';
import { readRecord } from './record-documents.ts';

const EXPIRING = 'identity-expiring';
const keyOf = (kind: string, id: string) => `identity#${kind}#${id}`;
const grantKey = (grantId: string) => `identity-of-grant#${grantId}`;
const accountKey = (accountId: string) => `identity-of-account#${accountId}`;
const uidKey = (kind: string, uid: string) => `identity-uid#${kind}#${uid}`;
const userCodeKey = (kind: string, userCode: string) => `identity-user-code#${kind}#${userCode}`;

export function createIdentityRecordStore(table: DynamoTable, records: IndexedRecords): IdentityRecordStore {
  const found = (item: Item | null) => (item === null ? null : readIdentity(item));
  const removeAll = async (pks: readonly string[]) => {
    for (const pk of pks) await records.remove(pk);
  };
  return {
    async put(record) {
      const what = `the ${record.kind} ${record.id}`;
      const checked = checkRowToWrite(identityRecordSchema, record, what);
      const { kind, id, consumedAtMs, expiresAtMs } = checked;
      const toPut = {
        pk: keyOf(kind, id),
        document: JSON.stringify(checked),
        entries: entriesOf(checked),
        ...(consumedAtMs !== null && { attributes: { consumedAtMs } }),
        expiresAtSeconds: expiresAtMs === null ? null : Math.ceil(expiresAtMs / 1000),
      };
      const taken = () => new LoadstarError('conflict', `${what} has the uid or the user code of another one`);
      await records.put(toPut, { check: () => {}, taken });
    },

    find: async (kind, id) => found(await records.get(keyOf(kind, id))),
    findByUid: async (kind, uid) => found(await records.find(uidKey(kind, uid))),
    findByUserCode: async (kind, userCode) => found(await records.find(userCodeKey(kind, userCode))),

    async consume(kind, id, atMs) {
      const consumed = await table.update(
        { pk: keyOf(kind, id), sk: 'record' },
        {
          UpdateExpression: 'SET consumedAtMs = :at',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(consumedAtMs)',
          ExpressionAttributeValues: { ':at': atMs },
        },
      );
      return 'after' in consumed;
    },

    async delete(kind, id) {
      await records.remove(keyOf(kind, id));
    },
    deleteOfGrant: async (grantId) => removeAll(await records.list(grantKey(grantId))),
    deleteOfAccount: async (accountId) => removeAll(await records.list(accountKey(accountId))),
    prune: async (nowMs) => removeAll(await records.list(EXPIRING, { before: sortableNumber(nowMs) })),
  };
}

function entriesOf(record: IdentityRecord): RecordEntry[] {
  const { kind, id, uid, userCode, grantId, accountId, expiresAtMs } = record;
  const sk = `${kind}#${id}`;
  return [
    ...(uid === null ? [] : [{ pk: uidKey(kind, uid), sk: null }]),
    ...(userCode === null ? [] : [{ pk: userCodeKey(kind, userCode), sk: null }]),
    ...(grantId === null ? [] : [{ pk: grantKey(grantId), sk }]),
    ...(accountId === null ? [] : [{ pk: accountKey(accountId), sk }]),
    ...(expiresAtMs === null ? [] : [{ pk: EXPIRING, sk: `${sortableNumber(expiresAtMs)}#${sk}` }]),
  ];
}

function readIdentity(item: Item): IdentityRecord {
  const { consumedAtMs } = item;
  return readRecord(
    identityRecordSchema,
    item,
    consumedAtMs === undefined ? {} : { consumedAtMs: Number(consumedAtMs) },
  );
}

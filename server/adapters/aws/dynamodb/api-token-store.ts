/** Personal API tokens: one record each, found by id and hash, listed by age, of one owner or of all. */
import { LoadstarError } from '../../../../core/errors.ts';
import type { ApiToken, ApiTokenStore } from '../../../ports/api-tokens.ts';
import { apiTokenSchema } from '../../identity-rows.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { DynamoTable, Item } from './dynamo-table.ts';
import type { IndexedRecords } from './indexed-records.ts';
import { numberPosition } from './positions.ts';
import { readRecord } from './record-documents.ts';
import { pageOfRecords } from './record-pages.ts';

const ALL = 'api-tokens';
const keyOf = (id: string) => `api-token#${id}`;
const hashKey = (hash: string) => `api-token-hash#${hash}`;
const ownerKey = (ownerId: string) => `api-tokens-of#${ownerId}`;

/** All calls see the newest state. An expired token goes some day by itself; whoever reads one looks at the time. */
export function createApiTokenStore(table: DynamoTable, records: IndexedRecords): ApiTokenStore {
  return {
    async create(token) {
      const checked = checkRowToWrite(apiTokenSchema, token, `API token ${token.id}`);
      const exists = () => new LoadstarError('conflict', `API token ${token.id} exists already`);
      const position = numberPosition(token.createdAtMs, token.id);
      const record = {
        pk: keyOf(token.id),
        document: JSON.stringify(checked),
        entries: [
          { pk: hashKey(token.hash), sk: null },
          { pk: ALL, sk: position },
          { pk: ownerKey(token.ownerId), sk: position },
        ],
        ...(token.lastUsedAtMs !== null && { attributes: { lastUsedAtMs: token.lastUsedAtMs } }),
      };
      const check = (present: Item | null) => {
        if (present !== null) throw exists();
      };
      await records.put(record, { check, taken: exists });
    },

    async get(id) {
      const item = await records.get(keyOf(id));
      return item === null ? null : readToken(item);
    },

    async findByHash(hash) {
      const item = await records.find(hashKey(hash));
      return item === null ? null : readToken(item);
    },

    list: ({ ownerId, ...page }) => pageOfRecords(records, ownerId === null ? ALL : ownerKey(ownerId), page, readToken),

    async noteUse(id, atMs) {
      await table.update(
        { pk: keyOf(id), sk: 'record' },
        {
          UpdateExpression: 'SET lastUsedAtMs = :at',
          ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(lastUsedAtMs) OR lastUsedAtMs < :at)',
          ExpressionAttributeValues: { ':at': atMs },
        },
      );
    },

    async delete(id) {
      await records.remove(keyOf(id));
    },

    async deleteOfOwner(ownerId) {
      for (const pk of await records.list(ownerKey(ownerId))) await records.remove(pk);
    },
  };
}

function readToken(item: Item): ApiToken {
  const { lastUsedAtMs } = item;
  return readRecord(apiTokenSchema, item, lastUsedAtMs === undefined ? {} : { lastUsedAtMs: Number(lastUsedAtMs) });
}

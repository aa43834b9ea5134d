/**
 * Records that are found by more than their key: in the table `records`, with an entry of its own, written in the same transaction, for each
 * further way to find one. So a list or a search is of the newest state, and what must be unique is. Small and few, for each entry is another item.
 */
import { randomUUID } from 'node:crypto';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { backOff } from '../back-off.ts';
import { type DynamoTable, type Item, isPossibleKey, storeFailed } from './dynamo-table.ts';

/** A way to find a record. */
export interface RecordEntry {
  pk: string;
  /** Orders entries with the same `pk`. Null: there is one alone, and no other record can have it. */
  sk: string | null;
}

export interface RecordToPut {
  pk: string;
  document: string;
  entries: readonly RecordEntry[];
  /** Further attributes, which change without the document. */
  attributes?: Item;
  /** Null: it stays. */
  expiresAtSeconds?: number | null;
}

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const RECORD = 'record';
const UNIQUE = 'unique';

export interface IndexedRecords {
  get(pk: string): Promise<Item | null>;
  /** By an entry that no other record has. */
  find(entryPk: string): Promise<Item | null>;
  /** The keys of the records with entries below this, in the order of their `sk`. */
  list(entryPk: string, range?: { before?: string | null; isDescending?: boolean; limit?: number }): Promise<string[]>;
  /** In the order of the keys, without those that there are not. */
  getMany(pks: readonly string[]): Promise<Item[]>;
  count(entryPk: string): Promise<number>;
  /** Replaces the record. `check` sees what is there, and may throw; `taken` is thrown when another record has one of its unique entries. */
  put(record: RecordToPut, options: { check(present: Item | null): void; taken(): Error }): Promise<void>;
  /** True for exactly one of all who remove it. `isMeant`: of the record that is there. */
  remove(pk: string, isMeant?: (present: Item) => boolean): Promise<boolean>;
}

export function openRecords(table: DynamoTable): IndexedRecords {
  const get = async (pk: string) => (isPossibleKey(pk) ? table.get({ pk, sk: RECORD }) : null);
  const list: IndexedRecords['list'] = async (entryPk, { before = null, isDescending = false, limit } = {}) => {
    if (!isPossibleKey(entryPk)) return [];
    const targets: string[] = [];
    const query = {
      KeyConditionExpression: `pk = :pk${before === null ? '' : ' AND sk < :before'}`,
      ExpressionAttributeValues: { ':pk': entryPk, ...(before !== null && { ':before': before }) },
      ScanIndexForward: !isDescending,
      ConsistentRead: true,
      ...(limit !== undefined && { Limit: limit }),
    };
    for await (const { target } of table.query(query)) {
      targets.push(String(target));
      if (targets.length === limit) break;
    }
    return targets;
  };

  return {
    get,
    list,

    async find(entryPk) {
      const entry = isPossibleKey(entryPk) ? await table.get({ pk: entryPk, sk: UNIQUE }) : null;
      const found = entry === null ? null : await get(String(entry.target));
      // Between the two reads the record may have got another entry.
      return found !== null && entriesOf(found).some(({ pk, sk }) => pk === entryPk && sk === UNIQUE) ? found : null;
    },

    async getMany(pks) {
      const found = await table.getMany([...new Set(pks)].map((pk) => ({ pk, sk: RECORD })));
      const items = new Map(found.map((item) => [item.pk, item]));
      return pks.map((pk) => items.get(pk)).filter((item) => item !== undefined);
    },

    count: (entryPk) =>
      table.count({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': entryPk },
        ConsistentRead: true,
      }),

    async put(record, { check, taken }) {
      for (let attempt = 1; ; attempt++) {
        const present = await get(record.pk);
        check(present);
        const outcome = await writeTogether(table, putting(table.name, record, present));
        if (outcome.includes('taken')) throw taken();
        if (outcome.length === 0) return;
        await backOff(attempt, `${record.pk} is written by many at once`);
      }
    },

    async remove(pk, isMeant = () => true) {
      for (let attempt = 1; ; attempt++) {
        const present = await get(pk);
        if (present === null || !isMeant(present)) return false;
        const outcome = await writeTogether(table, removing(table.name, present));
        if (outcome.length === 0) return true;
        await backOff(attempt, `${pk} is written by many at once`);
      }
    },
  };
}

function putting(TableName: string, record: RecordToPut, present: Item | null): Write[] {
  const { pk, document, attributes, expiresAtSeconds = null } = record;
  const expiry = expiresAtSeconds === null ? {} : { expiresAtSeconds };
  const entries = record.entries.map((entry) => ({ pk: entry.pk, sk: entry.sk ?? UNIQUE }));
  const isKept = (old: Entry) => entries.some((entry) => entry.pk === old.pk && entry.sk === old.sk);
  const item = { pk, sk: RECORD, stamp: randomUUID(), document, entries, ...attributes, ...expiry };
  return [
    { Put: { TableName, Item: item, ...unchangedSince(present) } },
    ...entries.map(
      (entry): Write => ({
        Put: {
          TableName,
          Item: { ...entry, target: pk, ...expiry },
          ...(entry.sk === UNIQUE && {
            ConditionExpression: 'attribute_not_exists(pk) OR target = :pk',
            ExpressionAttributeValues: { ':pk': pk },
          }),
        },
      }),
    ),
    ...entriesOf(present)
      .filter((entry) => !isKept(entry))
      .map((Key): Write => ({ Delete: { TableName, Key } })),
  ];
}

function removing(TableName: string, present: Item): Write[] {
  const Key = { pk: present.pk, sk: RECORD };
  return [
    { Delete: { TableName, Key, ...unchangedSince(present) } },
    ...entriesOf(present).map((entry): Write => ({ Delete: { TableName, Key: entry } })),
  ];
}

function unchangedSince(present: Item | null) {
  if (present === null) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return { ConditionExpression: 'stamp = :stamp', ExpressionAttributeValues: { ':stamp': present.stamp } };
}

interface Entry {
  pk: string;
  sk: string;
}

function entriesOf(present: Item | null): Entry[] {
  return (present?.entries as Entry[] | undefined) ?? [];
}

/**
 * All of it or nothing. Nothing, and why: `taken` when a unique entry is another record's, `changed` when the record, which comes first, is not what
 * it was, or somebody else was writing to any of it.
 */
async function writeTogether(table: DynamoTable, TransactItems: Write[]): Promise<('taken' | 'changed')[]> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return [];
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw storeFailed(`writing table ${table.name}`, error);
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    const passing = ['ConditionalCheckFailed', 'TransactionConflict', 'None', 'ThrottlingError'];
    if (!codes.every((code) => passing.includes(code))) throw storeFailed(`writing table ${table.name}`, error);
    const isRecordChanged = codes[0] === 'ConditionalCheckFailed';
    const isTaken = codes.slice(1).includes('ConditionalCheckFailed') && !isRecordChanged;
    return [isTaken ? 'taken' : 'changed'];
  }
}

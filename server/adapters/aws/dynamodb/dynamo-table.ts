/**
 * One table of DynamoDB: what the stores do with it, in their words. Throttling and passing failures are the client's business, which tries again as
 * often as it is configured to; what fails then is `store_failed`. Nothing here scans.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { LoadstarError } from '../../../../core/errors.ts';
import { backOff } from '../back-off.ts';

export type Item = Record<string, unknown>;
export type Key = Record<string, string>;

/** A condition did not hold: what lies there instead, in DynamoDB's own form; null when nothing does. */
export interface Refusal {
  refusedBy: Record<string, { S?: string | undefined; N?: string | undefined; BOOL?: boolean | undefined }> | null;
}

export interface DynamoTable {
  /** Of the newest state. */
  get(key: Key): Promise<Item | null>;
  /** Those that there are, in no order. */
  getMany(keys: readonly Key[]): Promise<Item[]>;
  /** Returns what it replaced. */
  put(item: Item, condition?: Condition): Promise<{ before: Item | null } | Refusal>;
  update(key: Key, input: Condition & Pick<UpdateCommandInput, 'UpdateExpression'>): Promise<{ after: Item } | Refusal>;
  delete(key: Key, condition?: Condition): Promise<{ before: Item | null } | Refusal>;
  deleteMany(keys: readonly Key[]): Promise<void>;
  /** Page after page, as they are asked for. Of an index: as it was a moment ago, for indexes follow their table. */
  query(input: TableQuery): AsyncGenerator<Item>;
  /** How many a query finds. */
  count(input: TableQuery): Promise<number>;
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;
export type TableQuery = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>;

/** DynamoDB's: keys of one batch. */
const BATCH_GET_MAX = 100;
const BATCH_WRITE_MAX = 25;

/** DynamoDB's, in bytes of UTF-8: nothing with a longer key can be there. */
const PARTITION_KEY_BYTES_MAX = 2_048;

/** Whether something may be kept under this key: it is neither empty nor too long. */
export function isPossibleKey(key: string): boolean {
  return key !== '' && Buffer.byteLength(key) <= PARTITION_KEY_BYTES_MAX;
}

export function openTable(client: DynamoDBDocumentClient, name: string): DynamoTable {
  const failing = <Output>(doing: string, sending: Promise<Output>) =>
    sending.catch((cause: Error) => {
      throw storeFailed(`${doing} table ${name}`, cause);
    });
  return {
    client,
    name,
    async get(key) {
      const command = new GetCommand({ TableName: name, Key: key, ConsistentRead: true });
      return (await failing('reading', client.send(command))).Item ?? null;
    },
    getMany: (keys) => failing('reading', getMany(client, name, keys)),
    put(item, condition) {
      const command = new PutCommand({ TableName: name, Item: item, ...condition, ...tellingBefore });
      return failing('writing', client.send(command).then(replaced, refusalOf));
    },
    update(key, input) {
      const returning = { ...tellingBefore, ReturnValues: 'ALL_NEW' } as const;
      const command = new UpdateCommand({ TableName: name, Key: key, ...input, ...returning });
      return failing(
        'writing',
        client.send(command).then(({ Attributes }) => ({ after: Attributes ?? {} }), refusalOf),
      );
    },
    delete(key, condition) {
      const command = new DeleteCommand({ TableName: name, Key: key, ...condition, ...tellingBefore });
      return failing('writing', client.send(command).then(replaced, refusalOf));
    },
    deleteMany: (keys) => failing('writing', deleteMany(client, name, keys)),
    async *query(input) {
      let from: Record<string, unknown> | undefined;
      do {
        const command = new QueryCommand({ TableName: name, ...input, ExclusiveStartKey: from });
        const page = await failing('reading', client.send(command));
        yield* page.Items ?? [];
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },
    async count(input) {
      let count = 0;
      let from: Record<string, unknown> | undefined;
      do {
        const command = new QueryCommand({ TableName: name, ...input, Select: 'COUNT', ExclusiveStartKey: from });
        const page = await failing('reading', client.send(command));
        count += page.Count ?? 0;
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return count;
    },
  };
}

/** Leaves what is one as it is. */
export function storeFailed(doing: string, cause: unknown): LoadstarError {
  if (cause instanceof LoadstarError) return cause;
  const { name, message } = cause as Error;
  return new LoadstarError('store_failed', `${doing} failed: ${name}: ${message}`, { cause });
}

/** What lies there is answered, whether it was replaced or stood in the way. */
const tellingBefore = { ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

function replaced({ Attributes }: { Attributes?: Item | undefined }): { before: Item | null } {
  return { before: Attributes ?? null };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof ConditionalCheckFailedException) {
    return { refusedBy: (error.Item as Refusal['refusedBy'] | undefined) ?? null };
  }
  throw error;
}

async function getMany(client: DynamoDBDocumentClient, name: string, keys: readonly Key[]): Promise<Item[]> {
  const batches = await Promise.all(batchesOf(keys, BATCH_GET_MAX).map((batch) => getBatch(client, name, batch)));
  return batches.flat();
}

/** An answer holds at most 16 MB, and what the table could give just then: the rest is asked for again. */
async function getBatch(client: DynamoDBDocumentClient, name: string, batch: Key[]): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: Record<string, unknown>[] = batch;
  for (let attempt = 1; ; attempt++) {
    const command = new BatchGetCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await client.send(command);
    const found = Responses?.[name] ?? [];
    items.push(...found);
    wanted = UnprocessedKeys?.[name]?.Keys ?? [];
    if (wanted.length === 0) return items;
    if (found.length > 0) attempt = 0;
    else await backOff(attempt, `${wanted.length} items of table ${name} were not given`);
  }
}

async function deleteMany(client: DynamoDBDocumentClient, name: string, keys: readonly Key[]): Promise<void> {
  for (const batch of batchesOf(keys, BATCH_WRITE_MAX)) {
    let requests: { DeleteRequest?: { Key: Record<string, unknown> | undefined } | undefined }[] = batch.map((key) => ({
      DeleteRequest: { Key: key },
    }));
    for (let attempt = 1; requests.length > 0; attempt++) {
      const command = new BatchWriteCommand({ RequestItems: { [name]: requests } });
      requests = (await client.send(command)).UnprocessedItems?.[name] ?? [];
      if (requests.length > 0) await backOff(attempt, `${requests.length} items of table ${name} were not deleted`);
    }
  }
}

function batchesOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}

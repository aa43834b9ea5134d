/** What a table that is short of capacity does, which no emulator shows: it answers a part of what was asked for. */
import type { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { type Key, openTable } from './dynamo-table.ts';

/** Stands for a client; of each batch it takes care of so many, and now and then of none. */
function shortOfCapacity(perCall: number) {
  const seen: { asked: number; done: string[] }[] = [];
  let calls = 0;
  const split = <Value>(values: readonly Value[]) => {
    const count = calls++ % 3 === 1 ? 0 : perCall;
    return [values.slice(0, count), values.slice(count)] as const;
  };
  const send = async ({ input }: BatchGetCommand | BatchWriteCommand) => {
    const wanted = input.RequestItems?.table;
    if (Array.isArray(wanted)) {
      const [done, left] = split(wanted);
      seen.push({ asked: wanted.length, done: done.map((request) => String(request.DeleteRequest?.Key?.id)) });
      return { UnprocessedItems: left.length === 0 ? {} : { table: left } };
    }
    const [done, left] = split((wanted as { Keys: Key[] }).Keys);
    seen.push({ asked: done.length + left.length, done: done.map((key) => String(key.id)) });
    return { Responses: { table: done }, UnprocessedKeys: left.length === 0 ? {} : { table: { Keys: left } } };
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, seen };
}

const keys = Array.from({ length: 130 }, (_, i) => ({ id: `row-${i}` }));

it('asks again for what it was not given, a hundred at most at once', async () => {
  const { client, seen } = shortOfCapacity(40);
  const found = await openTable(client, 'table').getMany(keys);
  expect(new Set(found.map(({ id }) => id)).size).toBe(130);
  expect(found).toHaveLength(130);
  expect(Math.max(...seen.map(({ asked }) => asked))).toBe(100);
});

it('deletes again what was not deleted, 25 at most at once', async () => {
  const { client, seen } = shortOfCapacity(10);
  await openTable(client, 'table').deleteMany(keys);
  expect(seen.flatMap(({ done }) => done).toSorted()).toEqual(keys.map(({ id }) => id).toSorted());
  expect(Math.max(...seen.map(({ asked }) => asked))).toBe(25);
});

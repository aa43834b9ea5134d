/** What DynamoDB would not take by itself: large rows, many of them, answers that get lost. */
import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { startDynamoDbLocal } from '../../../../tools/emulators/dynamodb-local.ts';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { sampleGroup, sampleRun, sampleScenario, sampleTaskResult } from '../../../ports/fixtures/sample-rows.ts';
import { sampleUser } from '../../../ports/fixtures/sample-users.ts';
import { createMemoryObjectStore } from '../../memory/memory-object-store.ts';
import { createTables } from '../testing/create-tables.ts';
import { startLosingProxy } from '../testing/losing-proxy.ts';
import { openDynamoStores } from './dynamo-stores.ts';

/** Text that gets no smaller than so many bytes when it is compressed: twice as many hexadecimal digits. */
function noise(bytes: number, seed = 1): string {
  return createHash('shake256', { outputLength: bytes }).update(String(seed)).digest('hex');
}

describe('on DynamoDB Local', () => {
  const dynamoDb = useEmulator('dynamodb-local', startDynamoDbLocal);
  let opened = 0;

  async function open(url = dynamoDb.url) {
    const account = { region: emulatorRegion, credentials: emulatorCredentials };
    const direct = new DynamoDBClient({ endpoint: dynamoDb.url, ...account });
    const tables = await createTables(direct, `limits-${++opened}`);
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: url, ...account }));
    const objects = createMemoryObjectStore();
    const stores = openDynamoStores({ client, tables, objects });
    const keys = async () => (await objects.list('')).map(({ key }) => key);
    return { ...stores, stores, client, tables, objects, keys };
  }

  it('keeps a scenario of 5 MB beside its item, and removes what no item names any more', async () => {
    const { scenarios, client, tables, keys } = await open();
    const large = (version: number) => sampleScenario({ version, text: noise(2_500_000, version) });
    await scenarios.create(large(1));
    expect(await scenarios.get('scenario-1')).toEqual(large(1));
    const { Item } = await client.send(new GetCommand({ TableName: tables.scenarios, Key: { id: 'scenario-1' } }));
    expect(JSON.stringify(Item).length).toBeLessThan(2_000);
    const first = await keys();
    expect(first).toEqual([expect.stringMatching(/^rows\/scenarios\/scenario-1\//)]);
    await scenarios.update(large(2));
    expect(await scenarios.get('scenario-1')).toEqual(large(2));
    expect(await keys()).toHaveLength(1);
    expect(await keys()).not.toEqual(first);
    const conflict = { code: 'conflict' };
    await expect(scenarios.create(large(1))).rejects.toMatchObject(conflict);
    await expect(scenarios.update(large(2))).rejects.toMatchObject(conflict);
    expect(await keys()).toHaveLength(1);
    await scenarios.update(sampleScenario({ version: 3 }));
    expect(await keys()).toEqual([]);
    await scenarios.update(large(4));
    await scenarios.delete('scenario-1');
    expect(await keys()).toEqual([]);
  });

  it('reads a row that is replaced again and again while it is large', async () => {
    const { scenarios } = await open();
    const large = (version: number) => sampleScenario({ version, text: noise(200_000, version) });
    await scenarios.create(large(1));
    let isWriting = true;
    const write = async () => {
      for (let version = 2; version <= 10; version++) await scenarios.update(large(version));
      isWriting = false;
    };
    const read = async () => {
      while (isWriting) {
        const found = await scenarios.get('scenario-1');
        expect(found?.text === large(found?.version ?? 0).text).toBe(true);
      }
    };
    await Promise.all([write(), read(), read()]);
  });

  it('keeps a run that has lost 10,000 tasks', async () => {
    const { runs } = await open();
    const lostTasks = Array.from({ length: 10_000 }, (_, task) => ({
      region: 'eu-west-1',
      task,
      reason: `The task was stopped: host ${noise(16, task)} went away.`,
      brokeOff: task % 2 === 0,
    }));
    const run = sampleRun({ lostTasks });
    await runs.create(run);
    expect(await runs.get('run-1')).toEqual(run);
    expect((await runs.list({ scenarioId: null, limit: 1, cursor: null })).items).toEqual([run]);
    await runs.update({ ...run, version: 2, phase: 'running' });
    expect(await runs.listUnfinished()).toEqual([{ ...run, version: 2, phase: 'running' }]);
  });

  it('keeps results with 500 labels, more than one answer holds, and forgets all of them', async () => {
    const { taskResults, keys } = await open();
    const resultOf = (task: number) => {
      const label = (i: number) => sampleGroup({ label: `${noise(task % 10 === 0 ? 200 : 40, 500 * task + i)} ${i}` });
      return sampleTaskResult({ task, labels: Array.from({ length: 500 }, (_, i) => label(i)) });
    };
    const results = Array.from({ length: 60 }, (_, task) => resultOf(task));
    await Promise.all(results.map((result) => taskResults.put('run-1', result)));
    await taskResults.put('run-1', resultOf(0));
    expect(await keys()).toHaveLength(6);
    expect(await taskResults.list('run-1')).toEqual(results);
    await taskResults.deleteOfRun('run-1');
    expect(await taskResults.list('run-1')).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  it('looks through all scenarios for the few that are wanted', async () => {
    const { scenarios } = await open();
    const { scenario } = sampleScenario();
    await Promise.all(
      Array.from({ length: 300 }, (_, i) => {
        const tags = Array.from({ length: 20 }, (_, tag) => `${noise(104, 20 * i + tag)}${i % 100}`);
        return scenarios.create(sampleScenario({ id: `s-${i}`, scenario: { ...scenario, name: `Shop ${i}`, tags } }));
      }),
    );
    const page = { tags: [], sort: 'name', limit: 2, cursor: null } as const;
    const first = await scenarios.list({ ...page, search: 'shop 29' });
    const second = await scenarios.list({ ...page, search: 'shop 29', cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual([
      'Shop 29',
      'Shop 290',
      'Shop 291',
      'Shop 292',
    ]);
  });

  it.each(['', 'x'.repeat(3_000), 'ü'.repeat(1_100)])('has nothing under a key that can be none', async (key) => {
    const { runs, scenarios, taskResults, users, apiTokens } = await open();
    expect([await runs.get(key), await scenarios.get(key), await users.get(key), await apiTokens.get(key)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([await users.findByEmail(key), await apiTokens.findByHash(key), await taskResults.list(key)]).toEqual([
      null,
      null,
      [],
    ]);
    await Promise.all([runs.delete(key), scenarios.delete(key), users.delete(key), taskResults.deleteOfRun(key)]);
    const cursor = Buffer.from(JSON.stringify([1, key])).toString('base64url');
    const listing = runs.list({ scenarioId: null, limit: 1, cursor });
    if (key === '') expect((await listing).items).toEqual([]);
    else await expect(listing).rejects.toMatchObject({ code: 'option_invalid' });
  });

  it('takes its own write, whose answer was lost, for done', async () => {
    const proxy = await startLosingProxy(dynamoDb.url);
    const isWrite = (kind: string) => (asked: { headers: Record<string, unknown> }) =>
      String(asked.headers['x-amz-target']).endsWith(`.${kind}`);
    const { runs, users, client } = await open(proxy.url);
    proxy.loseAnswerOf(isWrite('PutItem'));
    await runs.create(sampleRun());
    proxy.loseAnswerOf(isWrite('PutItem'));
    await runs.update(sampleRun({ version: 2 }));
    expect(await runs.get('run-1')).toMatchObject({ version: 2 });
    proxy.loseAnswerOf(isWrite('PutItem'));
    await expect(runs.update(sampleRun({ version: 2 }))).rejects.toMatchObject({ code: 'conflict' });
    proxy.loseAnswerOf(isWrite('TransactWriteItems'));
    await users.create(sampleUser({ id: 'a' }));
    expect(await users.get('a')).toMatchObject({ id: 'a' });
    expect(proxy.lost()).toBe(4);
    client.destroy();
    await proxy.close();
  });

  it('keeps what its own write names, although the answer to that was lost', async () => {
    const proxy = await startLosingProxy(dynamoDb.url);
    const { taskResults, keys, client } = await open(proxy.url);
    const result = sampleTaskResult({ labels: [sampleGroup({ label: noise(100_000) })] });
    proxy.loseAnswerOf(({ headers }) => String(headers['x-amz-target']).endsWith('.PutItem'));
    await taskResults.put('run-1', result);
    expect(proxy.lost()).toBe(1);
    expect(await keys()).toHaveLength(1);
    expect(await taskResults.list('run-1')).toEqual([result]);
    client.destroy();
    await proxy.close();
  });

  it('says which table failed, and how', async () => {
    const { stores } = await open('http://127.0.0.1:1');
    await expect(stores.runs.get('run-1')).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringMatching(/reading table limits-\d+-runs failed: .*ECONNREFUSED/),
    });
  });
});

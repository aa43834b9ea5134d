import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditPageSchema } from '../../../core/api/system.ts';
import { createMemoryStores } from '../../adapters/memory/memory-stores.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { startServer, type TestServer } from '../fixtures/start-server.ts';

describe('the audit', () => {
  let server: TestServer;
  beforeEach(async () => {
    const { runs } = createMemoryStores();
    await runs.create(sampleRun({ id: 'run-3', scenarioName: 'Checkout' }));
    server = await startServer({ app: { runs } });
    for (let i = 0; i < 5; i++) {
      await server.audit.append({
        atMs: 1_700_000_000_000 + i,
        actor: i % 2 === 0 ? { kind: 'local' } : { kind: 'system' },
        action: 'run.start',
        target: `run-${i}`,
        detail: i === 0 ? null : `of scenario ${i}`,
      });
    }
  });
  afterEach(() => server.close(0));

  const page = async (query: string) =>
    auditPageSchema.strict().parse(await (await server.call(`/api/audit${query}`)).json());

  it('is listed, newest first', async () => {
    const { items, nextCursor } = await page('');
    expect(items.map(({ target }) => target)).toEqual(['run-4', 'run-3', 'run-2', 'run-1', 'run-0']);
    expect(items[4]).toEqual({
      id: expect.any(String),
      at: '2023-11-14T22:13:20.000Z',
      actor: { kind: 'local' },
      action: 'run.start',
      target: 'run-0',
      targetName: null,
      detail: null,
    });
    expect(items.map(({ targetName }) => targetName)).toEqual([null, 'Checkout', null, null, null]);
    expect(nextCursor).toBeNull();
  });

  it('is listed page by page', async () => {
    const first = await page('?limit=2');
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    const third = await page(`?limit=2&cursor=${second.nextCursor}`);
    const targets = [first, second, third].map(({ items }) => items.map(({ target }) => target));
    expect(targets).toEqual([['run-4', 'run-3'], ['run-2', 'run-1'], ['run-0']]);
    expect(third.nextCursor).toBeNull();
  });

  it.each([
    ['?limit=0', 'query.limit'],
    ['?limit=201', 'query.limit'],
    ['?limit=ten', 'query.limit'],
    ['?limit=', 'query.limit'],
    ['?limit=1&limit=2', 'query.limit'],
    ['?cursor=', 'query.cursor'],
    [`?cursor=${'x'.repeat(501)}`, 'query.cursor'],
    ['?page=2', 'query.page'],
  ])('is not listed for %s', async (query, path) => {
    const answer = await server.call(`/api/audit${query}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'request_invalid', fields: [{ path }] }]);
  });

  it.each(['x', 'null', 'WzEsIngiXQ', '%00'])('is not listed from a cursor that no page gave: %s', async (cursor) => {
    const answer = await server.call(`/api/audit?cursor=${cursor}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'option_invalid' }]);
  });
});

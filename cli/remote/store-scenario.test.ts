import { afterEach, expect, it } from 'vitest';
import { problemOf } from '../../core/api/problem.ts';
import { LoadstarError } from '../../core/errors.ts';
import { createApiClient } from '../client/api-client.ts';
import { createHttp } from '../client/http.ts';
import { createStart } from '../commands/runs-start.ts';
import { type AnsweringServer, answerJson, startAnswering } from '../fixtures/answering-server.ts';
import { sampleRun, sampleScenario } from '../fixtures/api-resources.ts';
import { applyScenario } from './store-scenario.ts';

let server: AnsweringServer;
afterEach(() => server.close());
const client = () => createApiClient(createHttp({ server: server.url, token: null }));
const local = { document: { text: '{}', format: 'yaml' as const, name: 'shop' }, files: new Map(), warnings: [] };

it('a scenario that somebody else changed meanwhile is not replaced', async () => {
  server = await startAnswering(({ method }, response) => {
    if (method === 'GET') return answerJson(response, { items: [{ ...sampleScenario, version: 4 }], nextCursor: null });
    answerJson(response, problemOf(new LoadstarError('version_mismatch', 'It is at version 5 now.'), 'r1'), 412);
  });
  const refusal = await applyScenario(client(), local).catch((error) => error);
  expect(refusal).toMatchObject({ code: 'version_mismatch', exitCode: 3, message: 'It is at version 5 now.' });
  expect(server.asked.map(({ method, headers }) => [method, headers['if-match']])).toEqual([
    ['GET', undefined],
    ['PUT', '"4"'],
  ]);
});

it('a scenario whose file could not be sent is named by the error', async () => {
  server = await startAnswering(({ method, url }, response) => {
    if (url.includes('/files/')) {
      return answerJson(response, problemOf(new LoadstarError('conflict', 'A file is no folder.'), 'r1'), 409);
    }
    answerJson(
      response,
      method === 'GET' ? { items: [], nextCursor: null } : sampleScenario,
      method === 'GET' ? 200 : 201,
    );
  });
  const files = new Map([['a b/c.json', Buffer.from('{}')]]);
  const refusal = await applyScenario(client(), { ...local, files }).catch((error) => error);
  expect(refusal).toMatchObject({ code: 'conflict' });
  expect(refusal.message).toBe(
    'Scenario s-1 is stored, but its file a b/c.json could not be sent: A file is no folder.',
  );
  expect(server.asked.at(-1)?.url).toBe('/api/scenarios/s-1/files/a%20b/c.json');
});

it('a start whose answer is lost is tried again under the same key, another start has another', async () => {
  server = await startAnswering((_, response) => {
    if (server.asked.length === 1) response.destroy();
    else answerJson(response, sampleRun, 201);
  });
  const options = { tasks: 3, regions: null };
  expect(await createStart(client(), async () => 's-1', options)()).toEqual(sampleRun);
  await createStart(client(), async () => 's-1', options)();
  const [first, second, third] = server.asked.map(({ headers }) => headers['idempotency-key']);
  expect(first).toMatch(/^[\w-]{36}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(server.asked.map(({ body }) => body)).toEqual(['{"tasks":3}', '{"tasks":3}', '{"tasks":3}']);
});

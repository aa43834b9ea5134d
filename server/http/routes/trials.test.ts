// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of scenarios.
import { once } from 'node:events';
import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../core/api/problem.ts';
import { type Trial, trialSchema } from '../../../core/api/trials.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { type PracticeTarget, startPracticeTarget } from '../../../practice-target/start.ts';
import { createLocalTrials } from '../../main/local-trials.ts';
import { startApi, type TestApi } from '../fixtures/start-api.ts';

let target: PracticeTarget;
let api: TestApi;
beforeAll(async () => {
  target = await startPracticeTarget({ port: 0 });
});
afterAll(() => target.stop());
beforeEach(async () => {
  api = await startApi({ app: { trials: createLocalTrials(), plan: { targetAllowList: ['127.0.0.1'] } } });
});
afterEach(() => api.close());

const documentOf = (requests: string) =>
  `execution: [{concurrency: 1, hold-for: 1h, scenario: shop}]
scenarios: {shop: {default-address: "${target.url}", requests: [${requests}]}}
loadstar: {name: Shop, regions: {nowhere: {tasks: 500}}}`;
const tried = async (answer: Response): Promise<Trial> => {
  expect(answer.status).toBe(200);
  return trialSchema.strict().parse(await answer.json());
};
const audited = async () =>
  (await api.stores.audit.list({ limit: 100, cursor: null })).items.map(({ action, target: of, detail }) => [
    action,
    of,
    detail,
  ]);

describe('trying a document', () => {
  it('answers what one user met, and leaves nothing behind but a line of the audit', async () => {
    const order =
      '{url: /api/orders, method: POST, body: \'{"product": "p-1"}\', headers: {Content-Type: application/json}}';
    const text = documentOf(
      `{url: /api/products, extract-jsonpath: {first: '$.products[0].id'}}, /redirect/1, ${order}`,
    );
    const { flows, problems } = await tried(await api.send('POST', '/api/scenarios/try', text));
    expect(problems).toEqual([]);
    expect(flows).toMatchObject([
      {
        flow: 'shop',
        steps: [
          { url: `${target.url}/api/products`, status: 200, variables: [{ name: 'first', value: 'p-100' }] },
          { status: 200, subSteps: [{ kind: 'redirect', status: 302, url: `${target.url}/redirect/1` }] },
          { status: 201, requestBody: { text: '{"product": "p-1"}' }, failure: null },
        ],
      },
    ]);
    expect(await audited()).toEqual([['scenario.try', 'unsaved', 'Shop']]);
    expect((await api.stores.runs.list({ scenarioId: null, limit: 1, cursor: null })).items).toEqual([]);
  });

  it('answers what is wrong with targets, and with the document before anything is sent', async () => {
    const text = documentOf("'http://127.0.0.1:1/', /status/503");
    const { flows } = await tried(await api.send('POST', '/api/scenarios/try', text));
    expect(flows[0]?.steps).toMatchObject([
      { status: null, failure: { type: 'connect-refused' } },
      { status: 503, failure: { type: 'http' } },
    ]);
    // Known only when it is compiled.
    const unknown = await tried(await api.send('POST', '/api/scenarios/try', documentOf('"${nowhere}"')));
    expect(unknown.problems).toMatchObject([{ path: 'scenarios.shop.requests[0].url' }]);
    for (const [wrong, status] of [
      ['execution: 3', 422],
      [documentOf("'http://169.254.169.254/'"), 422],
      [documentOf('{url: /, method: POST, body-file: order.json}'), 422],
      ['a: [', 400],
    ] as const) {
      const answer = await api.send('POST', '/api/scenarios/try', wrong);
      expect([wrong, answer.status]).toEqual([wrong, status]);
    }
    expect(await audited()).toHaveLength(2);
  });

  it('takes the files of the scenario that it is to replace, and tries a stored one as it is', async () => {
    const text = documentOf('{url: /api/orders, method: POST, body-file: order.json}');
    const id = await api.add(text);
    const missing = await api.sendJson('POST', '/api/scenarios/try', { scenarioId: id });
    expect(problemSchema.parse(await missing.json())).toMatchObject({ code: 'scenario_file_missing', status: 422 });
    await api.server.call(`/api/scenarios/${id}/files/order.json`, { method: 'PUT', body: '{"product": "p-1"}' });
    const answers = [
      await api.sendJson('POST', '/api/scenarios/try', { scenarioId: id }),
      await api.send('POST', `/api/scenarios/try?scenarioId=${id}`, text),
    ];
    for (const answer of answers) {
      expect((await tried(answer)).flows[0]?.steps[0]?.requestBody?.text).toBe('{"product": "p-1"}');
    }
    const unknown = await api.sendJson('POST', '/api/scenarios/try', { scenarioId: 'scenario_none' });
    expect(unknown.status).toBe(404);
  });

  it('says when to come again while too many are being made', async () => {
    const full = { run: () => Promise.reject(new LoadstarError('rate_limited', 'Too many.')) };
    const other = await startApi({ app: { trials: full } });
    const answer = await other.send('POST', '/api/scenarios/try', documentOf('/'));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '5']);
    await other.close();
  });

  it('says where to try it on a platform that cannot', async () => {
    const other = await startApi({ app: { trials: null } });
    const answer = await other.send('POST', '/api/scenarios/try', documentOf('/'));
    expect(problemSchema.parse(await answer.json())).toMatchObject({ status: 409, code: 'trials_elsewhere' });
    await other.close();
  });
});

it('ends with the client that asked for it', async () => {
  const silent = createServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const asked = once(silent, 'request');
  const text = documentOf(`'http://127.0.0.1:${(silent.address() as AddressInfo).port}/'`);
  const client = sendRequest(`${api.server.url}/api/scenarios/try`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.server.token}`, 'content-type': 'application/yaml' },
  });
  client.on('error', () => {});
  client.end(text);
  const [{ socket }] = await asked;
  const closed = once(socket, 'close');
  client.destroy();
  await closed;
  silent.close();
});

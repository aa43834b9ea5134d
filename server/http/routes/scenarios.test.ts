import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../core/api/problem.ts';
import {
  planPreviewSchema,
  scenarioPageSchema,
  scenarioResourceSchema,
  validationSchema,
} from '../../../core/api/scenarios.ts';
import { limits } from '../../../core/limits.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { scenarioText, startApi, type TestApi } from '../fixtures/start-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const scenarioIn = async (answer: Response) => scenarioResourceSchema.strict().parse(await answer.json());
const problemIn = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
};
const storedIds = async () => {
  const page = { search: null, tags: [], sort: 'name', limit: 1_000, cursor: null } as const;
  return (await api.stores.scenarios.list(page)).items.map(({ id }) => id);
};
const actions = async () =>
  (await api.stores.audit.list({ limit: 100, cursor: null })).items.map(({ action }) => action).toReversed();

describe('a new scenario', () => {
  it('is kept as it was written, and told as it was understood', async () => {
    const text = scenarioText({ name: 'Größe „schön“ 🚀', tags: ['nightly'] });
    const answer = await api.send('POST', '/api/scenarios', text);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    const made = await scenarioIn(answer);
    expect(answer.headers.get('location')).toBe(`/api/scenarios/${made.id}`);
    expect(made).toMatchObject({
      version: 1,
      name: 'Größe „schön“ 🚀',
      tags: ['nightly'],
      text,
      format: 'yaml',
      createdBy: { kind: 'local' },
      lastRun: null,
      files: [],
      missingFiles: [],
    });
    expect(made.scenario.regions).toEqual({ east: { tasks: 1, share: 1 } });
    const read = await api.server.call(`/api/scenarios/${made.id}`);
    expect([read.status, read.headers.get('etag'), await scenarioIn(read)]).toEqual([200, '"1"', made]);
    expect(await actions()).toEqual(['scenario.create']);
  });

  it('can be JSON', async () => {
    const config = {
      execution: { scenario: 'a', iterations: 3 },
      scenarios: { a: { requests: ['http://a.example/'] } },
    };
    const text = JSON.stringify(config, null, 3);
    const answer = await api.send('POST', '/api/scenarios', text, {
      'content-type': 'application/json; charset=utf-8',
    });
    expect(await scenarioIn(answer)).toMatchObject({ format: 'json', text, name: 'scenario' });
  });

  it('has the name of the query when it does not say itself', async () => {
    const named = async (text: string) =>
      (await scenarioIn(await api.send('POST', '/api/scenarios?name=Shop%2Fnight', text))).name;
    expect(await named(scenarioText())).toBe('Shop/night');
    expect(await named(scenarioText({ name: 'own' }))).toBe('own');
    expect(await named(scenarioText({ name: 'scenario' }))).toBe('scenario');
  });

  it.each<[string, string, string, number, string]>([
    [
      'an unknown field',
      scenarioText({ more: '        mehtod: GET' }),
      'scenarios.shop.requests[0].mehtod',
      422,
      'scenario_invalid',
    ],
    ['a bad duration', scenarioText({ holdFor: '10 parsecs' }), 'execution[0].hold-for', 422, 'scenario_invalid'],
    ['too long a load', scenarioText({ holdFor: '31d' }), 'execution[0].hold-for', 422, 'scenario_invalid'],
    [
      'a bad region name',
      scenarioText({ regions: { 'Süd 1': 1 } }),
      'loadstar.regions["Süd 1"]',
      422,
      'scenario_invalid',
    ],
    [
      'a file outside',
      scenarioText({ more: '        method: POST\n        body-file: ../../etc/passwd' }),
      'scenarios.shop.requests[0].body-file',
      422,
      'scenario_invalid',
    ],
  ])('with %s is refused with its path', async (_what, text, path, status, code) => {
    const problem = await problemIn(await api.send('POST', '/api/scenarios', text));
    expect(problem).toMatchObject({ status, code });
    expect(problem.fields.map((field) => field.path)).toContain(path);
    expect(await storedIds()).toEqual([]);
    expect(await actions()).toEqual([]);
  });

  it.each<[string, string, string, number, string]>([
    ['nothing', '', 'application/yaml', 422, 'scenario_invalid'],
    ['no mapping', '- 1\n', 'application/yaml', 400, 'scenario_unreadable'],
    ['broken YAML', 'a: [', 'text/yaml', 400, 'scenario_unreadable'],
    ['broken JSON', '{"a": ', 'application/json', 400, 'scenario_unreadable'],
    ['YAML that says that it is JSON', 'execution: []', 'application/json', 400, 'scenario_unreadable'],
    ['deeply nested', `a: ${'['.repeat(100_000)}`, 'application/yaml', 400, 'scenario_unreadable'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'media_type_unsupported'],
    ['too large', `# ${'x'.repeat(limits.apiBodyBytesMax)}`, 'application/yaml', 413, 'body_too_large'],
  ])('that is %s is refused', async (_what, text, type, status, code) => {
    const problem = await problemIn(await api.send('POST', '/api/scenarios', text, { 'content-type': type }));
    expect(problem).toMatchObject({ status, code });
    expect(await storedIds()).toEqual([]);
  });

  it('is answered in a body that the API allows, or refused', async () => {
    const padded = (bytes: number) => `# ${'\\'.repeat(bytes / 2)}\n${scenarioText()}`;
    const allowed = await api.send('POST', '/api/scenarios', padded(limits.storedScenarioBytesMax - 10_000));
    expect(allowed.status).toBe(201);
    expect((await allowed.arrayBuffer()).byteLength).toBeLessThan(limits.apiBodyBytesMax);
    const tooMuch = await problemIn(await api.send('POST', '/api/scenarios', padded(limits.storedScenarioBytesMax)));
    expect(tooMuch).toMatchObject({ status: 413, code: 'scenario_too_large' });
    expect(await storedIds()).toHaveLength(1);
  });

  it('is refused when it becomes too large once it is understood', async () => {
    const requests = Array.from({ length: 1_000 }, (_, i) => `http://a.example/${i}`);
    const headers = { 'X-Long': 'x'.repeat(5_000) };
    const text = JSON.stringify({
      execution: { scenario: 'a', iterations: 1 },
      scenarios: { a: { headers, requests } },
    });
    expect(text.length).toBeLessThan(100_000);
    for (const path of ['/api/scenarios', '/api/scenarios/preview']) {
      const answer = await api.send('POST', path, text, { 'content-type': 'application/json' });
      expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'scenario_too_large' });
    }
    expect(await storedIds()).toEqual([]);
  });

  it('of more stairs than a preview can show is refused there', async () => {
    const one = { concurrency: 5_000, 'ramp-up': '1h', 'hold-for': '1h', steps: 1_000, scenario: 'a' };
    const text = JSON.stringify({
      execution: Array(30).fill(one),
      scenarios: { a: { requests: ['http://a.example/'] } },
    });
    const answer = await api.send('POST', '/api/scenarios/preview', text, { 'content-type': 'application/json' });
    expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'scenario_too_large' });
  });

  it('is refused when its target never may be one', async () => {
    const text = scenarioText().replace('127.0.0.1:8089', '169.254.169.254');
    expect(await problemIn(await api.send('POST', '/api/scenarios', text))).toMatchObject({ code: 'scenario_invalid' });
    expect(await storedIds()).toEqual([]);
  });

  it('is refused with a query or an id that is none', async () => {
    for (const query of ['?name=', '?nmae=a', '?name=a%0Ab', `?name=${'x'.repeat(201)}`]) {
      expect((await api.send('POST', `/api/scenarios${query}`, scenarioText())).status).toBe(400);
    }
    for (const id of ['a%2Fb', '..%2f..', 'a b', 'x'.repeat(65)]) {
      expect((await problemIn(await api.server.call(`/api/scenarios/${id}`))).status).toBe(400);
    }
    expect(await problemIn(await api.server.call('/api/scenarios/scenario-x'))).toMatchObject({ code: 'not_found' });
  });
});

describe('changing a scenario', () => {
  it('is done from the version that was read', async () => {
    const id = await api.add(scenarioText({ name: 'a', tags: ['old'] }));
    const text = scenarioText({ tags: ['new'] });
    const answer = await api.send('PUT', `/api/scenarios/${id}`, text, { 'if-match': '"1"' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
    expect(await scenarioIn(answer)).toMatchObject({ id, version: 2, name: 'a', tags: ['new'], text });
    expect(await actions()).toEqual(['scenario.create', 'scenario.replace']);
  });

  it.each([
    [undefined, 428, 'version_required'],
    ['', 428, 'version_required'],
    ['"2"', 412, 'version_mismatch'],
    ['"0", "3"', 412, 'version_mismatch'],
    ['W/"1"', 412, 'version_mismatch'],
    ['1', 412, 'version_mismatch'],
    ['"1e0"', 412, 'version_mismatch'],
  ])('is refused with If-Match %s', async (tag, status, code) => {
    const id = await api.add(scenarioText({ name: 'a' }));
    const headers: Record<string, string> = tag === undefined ? {} : { 'if-match': tag };
    const refused = await api.send('PUT', `/api/scenarios/${id}`, scenarioText({ name: 'b' }), headers);
    expect(await problemIn(refused)).toMatchObject({ status, code });
    expect(await api.stores.scenarios.get(id)).toMatchObject({ version: 1, scenario: { name: 'a' } });
  });

  it('is done by exactly one of two that edit the same version', async () => {
    const id = await api.add(scenarioText({ name: 'a' }));
    const names = ['b', 'c', 'd', 'e', 'f', 'g'];
    const edits = names.map((name) =>
      api.send('PUT', `/api/scenarios/${id}`, scenarioText({ name }), { 'if-match': '"1"' }),
    );
    const answers = await Promise.all(edits);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412, 412, 412]);
    const winner = names[answers.findIndex(({ status }) => status === 200)];
    expect(await api.stores.scenarios.get(id)).toMatchObject({ version: 2, scenario: { name: winner } });
    const any = await api.send('PUT', `/api/scenarios/${id}`, scenarioText({ name: 'z' }), { 'if-match': '"1", "2"' });
    expect(any.headers.get('etag')).toBe('"3"');
    expect((await api.send('PUT', `/api/scenarios/${id}`, scenarioText(), { 'if-match': '*' })).status).toBe(200);
  });

  it('to something invalid changes nothing', async () => {
    const id = await api.add(scenarioText());
    const answer = await api.send('PUT', `/api/scenarios/${id}`, 'execution: 5', { 'if-match': '"1"' });
    expect(answer.status).toBe(422);
    expect(await api.stores.scenarios.get(id)).toMatchObject({ version: 1 });
    const gone = await api.send('PUT', '/api/scenarios/scenario-x', scenarioText(), { 'if-match': '*' });
    expect(await problemIn(gone)).toMatchObject({ code: 'not_found' });
  });
});

describe('deleting a scenario', () => {
  it('deletes its files too, once', async () => {
    const id = await api.add(scenarioText());
    const other = await api.add(scenarioText());
    for (const each of [id, other]) {
      await api.server.call(`/api/scenarios/${each}/files/a/b.json`, { method: 'PUT', body: '{}' });
    }
    const mismatch = await api.server.call(`/api/scenarios/${id}`, {
      method: 'DELETE',
      headers: { 'if-match': '"7"' },
    });
    expect(await problemIn(mismatch)).toMatchObject({ code: 'version_mismatch' });
    const answers = await Promise.all([1, 2].map(() => api.server.call(`/api/scenarios/${id}`, { method: 'DELETE' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404]);
    expect(await storedIds()).toEqual([other]);
    expect(await api.objects.list(`scenarios/${id}/`)).toEqual([]);
    expect(await (await api.server.call(`/api/scenarios/${other}/files/a/b.json`)).text()).toBe('{}');
    expect((await actions()).filter((action) => action === 'scenario.delete')).toHaveLength(1);
  });

  it('does not delete what somebody changes at the same moment', async () => {
    const id = await api.add(scenarioText({ name: 'a' }));
    await api.server.call(`/api/scenarios/${id}/files/a.json`, { method: 'PUT', body: '{}' });
    const { scenarios } = api.stores;
    const get = scenarios.get;
    scenarios.get = async (scenarioId) => {
      const read = await get(scenarioId);
      if (read?.version === 1) await scenarios.update({ ...read, version: 2 });
      return read;
    };
    const answer = await api.server.call(`/api/scenarios/${id}`, { method: 'DELETE', headers: { 'if-match': '"1"' } });
    expect(await problemIn(answer)).toMatchObject({ status: 412, code: 'version_mismatch' });
    expect(await get(id)).toMatchObject({ version: 2 });
    expect(await (await api.server.call(`/api/scenarios/${id}/files/a.json`)).text()).toBe('{}');
  });

  it('is refused while a run of it has not ended; its runs stay', async () => {
    const id = await api.add(scenarioText());
    const { id: runId } = (await (await api.sendJson('POST', `/api/scenarios/${id}/runs`, {})).json()) as {
      id: string;
    };
    const refused = await api.server.call(`/api/scenarios/${id}`, { method: 'DELETE' });
    expect(await problemIn(refused)).toMatchObject({
      status: 409,
      code: 'run_state_conflict',
      detail: expect.stringContaining(runId),
    });
    expect(await storedIds()).toEqual([id]);
    await api.endRun(runId);
    expect((await api.server.call(`/api/scenarios/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.server.call(`/api/runs/${runId}`)).status).toBe(200);
  });
});

describe('copying a scenario', () => {
  it('copies its files, and gives it another name', async () => {
    const id = await api.add(scenarioText({ name: 'Shop', tags: ['nightly'] }));
    await api.server.call(`/api/scenarios/${id}/files/a.json`, { method: 'PUT', body: '{"a":1}' });
    const answer = await api.sendJson('POST', `/api/scenarios/${id}/copy`, {});
    const copy = await scenarioIn(answer);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/scenarios/${copy.id}`]);
    expect(copy).toMatchObject({ name: 'Shop (copy)', version: 1, tags: ['nightly'] });
    expect(copy.text).toContain('# what the shop does at night');
    expect(copy.files).toMatchObject([{ path: 'a.json', sizeBytes: 7 }]);
    const named = await scenarioIn(
      await api.sendJson('POST', `/api/scenarios/${copy.id}/copy`, { name: ' Other: #1 ' }),
    );
    expect(named.name).toBe('Other: #1');
    expect((await api.sendJson('POST', `/api/scenarios/${id}/copy`, { nmae: 'x' })).status).toBe(422);
    expect((await api.sendJson('POST', '/api/scenarios/scenario-x/copy', {})).status).toBe(404);
    expect(await storedIds()).toHaveLength(3);
  });
});

describe('the list of scenarios', () => {
  const list = async (query: string) => {
    const answer = await api.server.call(`/api/scenarios${query}`);
    expect(answer.status).toBe(200);
    return scenarioPageSchema.strict().parse(await answer.json());
  };

  it('is searched, filtered and sorted, page by page', async () => {
    for (const [name, tags] of [
      ['Beta', ['a', 'b']],
      ['alpha', ['a']],
      ['Gamma', ['b']],
      ['alphabet', ['a', 'b']],
    ] as const) {
      await api.add(scenarioText({ name, tags: [...tags] }));
    }
    const names = async (query: string) => (await list(query)).items.map(({ name }) => name);
    expect(await names('?sort=name')).toEqual(['alpha', 'alphabet', 'Beta', 'Gamma']);
    expect(await names('')).toEqual(['alphabet', 'Gamma', 'alpha', 'Beta']);
    expect(await names('?search=ALPHA&sort=-name')).toEqual(['alphabet', 'alpha']);
    expect(await names('?tag=a&tag=b&sort=name')).toEqual(['alphabet', 'Beta']);
    const first = await list('?sort=name&limit=3');
    const second = await list(`?sort=name&limit=3&cursor=${first.nextCursor}`);
    expect([first, second].map(({ items }) => items.length)).toEqual([3, 1]);
    expect(second.nextCursor).toBeNull();
    const other = await api.server.call(`/api/scenarios?sort=-name&cursor=${first.nextCursor}`);
    expect(await problemIn(other)).toMatchObject({ status: 400, code: 'option_invalid' });
  });

  it('shows the last run of each', async () => {
    const id = await api.add(scenarioText({ name: 'a' }));
    await api.add(scenarioText({ name: 'b' }));
    const runs: string[] = [];
    for (let i = 0; i < 2; i++) {
      const answer = await api.sendJson('POST', `/api/scenarios/${id}/runs`, {});
      runs.push(((await answer.json()) as { id: string }).id);
      await api.endRun(runs[i] ?? '');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { items } = await list('?sort=name');
    expect(items.map(({ lastRun }) => lastRun)).toMatchObject([{ id: runs[1], phase: 'complete' }, null]);
  });

  it('shows how long requests took in the last runs of each', async () => {
    const id = await api.add(scenarioText({ name: 'a' }));
    const summary = { failures: 0, requestsPerSecond: 1, p50Ms: 1, p99Ms: 9, sparkline: [] };
    for (let i = 0; i < 12; i++) {
      const run = sampleRun({ id: `run-${i}`, scenarioId: id, createdAtMs: i, phase: 'complete', verdict: 'passed' });
      await api.stores.runs.create({ ...run, summary: { ...summary, requests: i === 7 ? 0 : 5, p95Ms: i } });
    }
    await api.stores.runs.create(sampleRun({ id: 'run-12', scenarioId: id, createdAtMs: 12, phase: 'running' }));
    const [item] = (await list('')).items;
    expect(item?.lastRun?.id).toBe('run-12');
    expect(item?.trend.map(({ p95Ms, runId }) => `${runId} ${p95Ms}`)).toEqual(
      [3, 4, 5, 6, 8, 9, 10, 11].map((i) => `run-${i} ${i}`),
    );
  });

  it.each(['?limit=0', '?sort=size', '?serach=a', '?cursor=x', '?sort=name&sort=-name'])(
    'refuses %s',
    async (query) => {
      expect((await problemIn(await api.server.call(`/api/scenarios${query}`))).status).toBe(400);
    },
  );
});

describe('a document that is not stored', () => {
  const validate = async (text: string) => {
    const answer = await api.send('POST', '/api/scenarios/validate', text);
    expect(answer.status).toBe(200);
    return validationSchema.strict().parse(await answer.json());
  };

  it('is validated: all that is wrong, with its path', async () => {
    const wrong = scenarioText({ holdFor: 'soon', more: '        mehtod: GET' });
    const { valid, problems, scenario } = await validate(wrong);
    expect([valid, scenario]).toEqual([false, null]);
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['execution[0].hold-for', 'scenarios.shop.requests[0].mehtod']),
    );
    expect(await validate('a: [')).toMatchObject({ valid: false, problems: [{ path: 'scenario.yml:1:5' }] });
    expect(await storedIds()).toEqual([]);
  });

  it('is valid also where its region is not there yet', async () => {
    const more = '        method: POST\n        body-file: a.json';
    const read = await validate(scenarioText({ regions: { mars: 1, west: 5 }, more }));
    expect(read).toMatchObject({ valid: true, problems: [], files: ['a.json'] });
    expect(read.warnings).toEqual([expect.stringContaining('mars'), expect.stringContaining('takes 1 at most')]);
  });

  it('is previewed: each task has its part of the whole', async () => {
    const open = scenarioText({ regions: { east: 2, west: 1 } }).replace(
      'scenarios:',
      '  - scenario: shop\n    throughput: 5\n    hold-for: 4s\nscenarios:',
    );
    const answer = await api.send('POST', '/api/scenarios/preview', open);
    const preview = planPreviewSchema.strict().parse(await answer.json());
    expect(preview.durationSeconds).toBe(10);
    expect(preview.executions).toMatchObject([
      { flow: 'shop', model: 'closed', unit: 'users', curve: [{ seconds: 10, from: 4, to: 4 }] },
      { flow: 'shop', model: 'open', unit: 'requests/s', curve: [{ seconds: 4, from: 5, to: 5 }] },
    ]);
    expect(preview.tasks.map(({ region, task }) => `${region} ${task}`)).toEqual(['east 0', 'east 1', 'west 0']);
    expect(preview.tasks.reduce((sum, { plannedStarts }) => sum + (plannedStarts ?? 0), 0)).toBe(20);
    expect(preview.tasks.reduce((sum, { usersMax }) => sum + usersMax, 0)).toBe(preview.usersMax);
    const stored = await api.server.call(`/api/scenarios/${await api.add(open)}/preview`);
    expect(await stored.json()).toEqual(preview);
    expect((await api.send('POST', '/api/scenarios/preview', 'execution: 5')).status).toBe(422);
    expect((await api.server.call('/api/scenarios/scenario-x/preview')).status).toBe(404);
  });

  it('of Taurus shows what its scripts would run, as far as they are there', async () => {
    const text = 'loadstar: {regions: {east: 2, west: 1}}\nexecution: [{script: shop.js}]\n';
    const script = 'export const options = {vus: 5, duration: "10s"}; open("users.csv");';
    const preview = async (query = '') => api.send('POST', `/api/scenarios/preview${query}`, text);
    const unknown = planPreviewSchema.strict().parse(await (await preview()).json());
    expect(unknown).toMatchObject({
      durationSeconds: null,
      usersMax: 0,
      executions: [],
      taurus: { executions: [{ shape: { usersMax: null } }] },
    });
    const scenarioId = await api.add(text);
    const query = `?scenarioId=${scenarioId}`;
    const put = (path: string, body: string) =>
      api.server.call(`/api/scenarios/${scenarioId}/files/${path}`, {
        method: 'PUT',
        body,
        headers: { 'content-type': 'application/octet-stream' },
      });
    await put('shop.js', script);
    const validated = async () => (await api.send('POST', `/api/scenarios/validate${query}`, text)).json();
    expect(await validated()).toMatchObject({
      valid: false,
      problems: [{ path: 'execution[0].script', message: expect.stringContaining('users.csv') }],
    });
    await put('users.csv', 'a\n1\n');
    expect(await validated()).toMatchObject({ valid: true, files: ['shop.js'] });
    const known = planPreviewSchema.strict().parse(await (await preview(query)).json());
    expect(known).toMatchObject({
      durationSeconds: 10,
      usersMax: 5,
      taurus: {
        executions: [
          { executor: 'k6', script: 'shop.js', load: null, shape: { parts: ['scenario default: 5 users for 10 s'] } },
        ],
      },
    });
    const parts = known.taurus?.tasks.flatMap(({ executions }) => executions) ?? [];
    expect(parts).toHaveLength(3);
    expect(parts.reduce((sum, { usersMax }) => sum + (usersMax ?? 0), 0)).toBe(5);
    expect(known.tasks.map(({ usersMax }) => usersMax)).toEqual(parts.map(({ usersMax }) => usersMax));
    expect(await (await api.server.call(`/api/scenarios/${scenarioId}/preview`)).json()).toEqual(known);
    await put('shop.js', 'export const options = {');
    expect(await validated()).toMatchObject({
      valid: false,
      problems: [{ path: 'shop.js:1' }],
    });
    expect((await api.send('POST', '/api/scenarios/validate?scenarioId=scenario-x', text)).status).toBe(404);
  });
});

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../core/api/problem.ts';
import { runPageSchema, runPlanSchema, runResourceSchema } from '../../../core/api/runs.ts';
import { regionPageSchema } from '../../../core/api/system.ts';
import { scenarioText, startApi, type TestApi } from '../fixtures/start-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const problemIn = async (answer: Response) => {
  const problem = problemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
};
const runIn = async (answer: Response) => runResourceSchema.strict().parse(await answer.json());
const start = (scenarioId: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  api.sendJson('POST', `/api/scenarios/${scenarioId}/runs`, body, headers);
const read = async (runId: string) => runIn(await api.server.call(`/api/runs/${runId}`));
const runIds = async () =>
  (await api.stores.runs.list({ scenarioId: null, limit: 1_000, cursor: null })).items.map(({ id }) => id);
const actions = async () =>
  (await api.stores.audit.list({ limit: 100, cursor: null })).items.map(({ action, target }) => `${action} ${target}`);

/** No row, no folder, no message, no audit entry of a run. */
async function expectNothingBegun(): Promise<void> {
  expect(await runIds()).toEqual([]);
  expect(await api.objects.list('runs/')).toEqual([]);
  expect(await api.stores.queue.receive({ max: 10, visibilitySeconds: 1 })).toEqual([]);
  expect((await actions()).filter((each) => each.startsWith('run.'))).toEqual([]);
}

const bodyFile = (path: string) => `        method: POST\n        body-file: ${path}`;

describe('starting a run', () => {
  it('queues it, with copies of the files that the scenario names', async () => {
    const id = await api.add(scenarioText({ name: 'Shop', more: bodyFile('bodies/order.json') }));
    for (const [path, body] of [
      ['bodies/order.json', '{"order":1}'],
      ['unused.csv', 'a,b'],
    ] as const) {
      await api.server.call(`/api/scenarios/${id}/files/${path}`, { method: 'PUT', body });
    }
    const answer = await start(id);
    const run = await runIn(answer);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/runs/${run.id}`]);
    expect(run).toMatchObject({
      scenarioId: id,
      scenarioName: 'Shop',
      phase: 'queued',
      verdict: null,
      durationSeconds: 10,
      regions: [{ name: 'east', tasks: 1 }],
      queue: { position: 0, waitingFor: null },
      live: null,
    });
    expect(await read(run.id)).toEqual(run);
    const prefix = `runs/${run.id}/files/`;
    expect((await api.objects.list(prefix)).map(({ key }) => key)).toEqual([`${prefix}bodies/order.json`]);
    await api.server.call(`/api/scenarios/${id}/files/bodies/order.json`, { method: 'PUT', body: 'changed' });
    const copied = await api.objects.get(`${prefix}bodies/order.json`);
    expect(Buffer.from(copied?.body ?? []).toString()).toBe('{"order":1}');
    expect((await actions())[1]).toBe(`run.start ${run.id}`);
  });

  it('tells runs of the same apart from runs of something else', async () => {
    const id = await api.add(scenarioText({ name: 'Shop', more: bodyFile('a.json') }));
    const put = (body: string) => api.server.call(`/api/scenarios/${id}/files/a.json`, { method: 'PUT', body });
    const replace = (text: string) => api.send('PUT', `/api/scenarios/${id}`, text, { 'if-match': '*' });
    const hashes: (string | null)[] = [];
    const began = async () => {
      const run = await runIn(await start(id));
      hashes.push(run.sourceSha256);
      return run;
    };
    await put('{"a":1}');
    const first = await began();
    await replace(scenarioText({ name: 'Other', tags: ['x'], more: bodyFile('a.json') }));
    await began();
    await put('{"a":2}');
    await began();
    await put('{"a":1}');
    await began();
    await replace(scenarioText({ holdFor: '11s', more: bodyFile('a.json') }));
    await began();
    const [one, same, otherFile, again, otherLoad] = hashes;
    expect([same, again]).toEqual([one, one]);
    expect(new Set([one, otherFile, otherLoad]).size).toBe(3);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    const plan = runPlanSchema.strict().parse(await (await api.server.call(`/api/runs/${first.id}/plan`)).json());
    const sha256 = createHash('sha256').update('{"a":1}').digest('hex');
    expect(plan.files).toEqual([{ path: 'a.json', sizeBytes: 7, sha256 }]);
  });

  it('needs no body, and may place it elsewhere', async () => {
    const id = await api.add(scenarioText({ regions: { east: 1 } }));
    const bare = await api.server.call(`/api/scenarios/${id}/runs`, { method: 'POST' });
    expect((await runIn(bare)).regions).toEqual([{ name: 'east', tasks: 1 }]);
    const placed = await runIn(await start(id, { regions: ['west', 'east'], tasks: 1 }));
    expect(placed.regions).toEqual([
      { name: 'west', tasks: 1 },
      { name: 'east', tasks: 1 },
    ]);
  });

  it.each<[string, unknown, number, string]>([
    ['an unknown field', { task: 1 }, 422, 'body_invalid'],
    ['no tasks', { tasks: 0 }, 422, 'body_invalid'],
    ['no regions', { regions: [] }, 422, 'body_invalid'],
    ['a bad region', { regions: ['../x'] }, 422, 'body_invalid'],
    ['an unknown region', { regions: ['mars'] }, 409, 'capacity_exceeded'],
    ['too many tasks', { tasks: 3 }, 409, 'capacity_exceeded'],
  ])('is refused with %s, and begins nothing', async (_what, body, status, code) => {
    const id = await api.add(scenarioText());
    expect(await problemIn(await start(id, body))).toMatchObject({ status, code });
    await expectNothingBegun();
  });

  it('is refused with a body that is broken, of another type or huge', async () => {
    const id = await api.add(scenarioText());
    const path = `/api/scenarios/${id}/runs`;
    const type = { 'content-type': 'application/json' };
    expect((await api.send('POST', path, '{"tasks":', type)).status).toBe(400);
    expect((await api.send('POST', path, `{"regions":["${'x'.repeat(6_000_000)}"]}`, type)).status).toBe(413);
    await expectNothingBegun();
  });

  it('is refused where its regions never can take it, naming each', async () => {
    const id = await api.add(scenarioText({ regions: { mars: 1, east: 3, west: 1 } }));
    const problem = await problemIn(await start(id));
    expect(problem).toMatchObject({ status: 409, code: 'capacity_exceeded' });
    expect(problem.fields.map(({ path }) => path)).toEqual(['loadstar.regions.mars', 'loadstar.regions.east.tasks']);
    await expectNothingBegun();
  });

  it('is refused while files are missing, naming each', async () => {
    const second = `      - url: /second\n${bodyFile('c.json')}\n      - url: /third\n${bodyFile('there.json')}`;
    const id = await api.add(scenarioText({ more: `${bodyFile('a/b.json')}\n${second}` }));
    await api.server.call(`/api/scenarios/${id}/files/there.json`, { method: 'PUT', body: '{}' });
    const problem = await problemIn(await start(id));
    expect(problem).toMatchObject({ status: 422, code: 'scenario_file_missing' });
    expect(problem.fields.map(({ path }) => path)).toEqual(['a/b.json', 'c.json']);
    const scenario = (await (await api.server.call(`/api/scenarios/${id}`)).json()) as { missingFiles: string[] };
    expect(scenario.missingFiles).toEqual(['a/b.json', 'c.json']);
    await expectNothingBegun();
    expect(await problemIn(await start('scenario-x'))).toMatchObject({ status: 404 });
  });

  it('leaves nothing when a file goes while it is copied', async () => {
    const id = await api.add(scenarioText({ more: bodyFile('a.json') }));
    await api.server.call(`/api/scenarios/${id}/files/a.json`, { method: 'PUT', body: '{}' });
    const read = api.objects.read.bind(api.objects);
    api.objects.read = async (key) => (key.startsWith('scenarios/') ? null : read(key));
    expect(await problemIn(await start(id))).toMatchObject({ code: 'scenario_file_missing' });
    await expectNothingBegun();
  });
});

describe('starting under an idempotency key', () => {
  const key = (value: string) => ({ 'idempotency-key': value });

  it('starts one run, however often and however closely it is asked for', async () => {
    const id = await api.add(scenarioText());
    const answers = await Promise.all(Array.from({ length: 8 }, () => start(id, {}, key('deploy-7'))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    const ids = new Set(await Promise.all(answers.map(async (answer) => (await runIn(answer)).id)));
    expect(ids.size).toBe(1);
    expect(await runIds()).toEqual([...ids]);
    await api.endRun([...ids][0] ?? '');
    expect(await runIn(await start(id, {}, key('deploy-7')))).toMatchObject({ id: [...ids][0], phase: 'complete' });
    expect((await runIn(await start(id, {}, key('deploy-8')))).id).not.toBe([...ids][0]);
  });

  it('is refused for another request, or when its run was deleted', async () => {
    const id = await api.add(scenarioText());
    const other = await api.add(scenarioText());
    const { id: runId } = await runIn(await start(id, { tasks: 1 }, key('k')));
    for (const again of [
      start(id, { tasks: 2 }, key('k')),
      start(id, {}, key('k')),
      start(other, { tasks: 1 }, key('k')),
    ]) {
      expect(await problemIn(await again)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    }
    await api.endRun(runId);
    await api.server.call(`/api/runs/${runId}`, { method: 'DELETE' });
    const gone = await problemIn(await start(id, { tasks: 1 }, key('k')));
    expect(gone).toMatchObject({ status: 404, detail: expect.stringContaining(runId) });
    expect(await runIds()).toEqual([]);
  });

  it('leaves the key free when the start fails', async () => {
    const id = await api.add(scenarioText({ more: bodyFile('a.json') }));
    expect((await start(id, {}, key('k'))).status).toBe(422);
    await api.server.call(`/api/scenarios/${id}/files/a.json`, { method: 'PUT', body: '{}' });
    expect((await start(id, {}, key('k'))).status).toBe(201);
  });

  it.each(['', 'a b', 'x'.repeat(201)])('is refused with %j as a key', async (value) => {
    const id = await api.add(scenarioText());
    const answer = await start(id, {}, key(value));
    // An empty header is none that anybody can send on purpose.
    expect(answer.status).toBe(400);
    await expectNothingBegun();
  });
});

describe('runs above the capacity', () => {
  it('wait in order, and say what for', async () => {
    const id = await api.add(scenarioText({ regions: { west: 1 } }));
    const runs: string[] = [];
    for (let i = 0; i < 3; i++) {
      runs.push((await runIn(await start(id))).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const queues = async () => Promise.all(runs.map(async (runId) => (await read(runId)).queue));
    expect(await api.takeRuns()).toBe(1);
    const full = 'region west: 0 of 1 tasks are free, it needs 1';
    expect(await queues()).toEqual([
      null,
      { position: 0, waitingFor: full },
      { position: 1, waitingFor: 'the runs before it' },
    ]);
    const page = runPageSchema.strict().parse(await (await api.server.call('/api/runs?phase=queued')).json());
    expect(page.items.map((run) => [run.id, run.queue?.position])).toEqual([
      [runs[2], 1],
      [runs[1], 0],
    ]);
    await api.endRun(runs[0] ?? '');
    expect((await queues())[1]).toEqual({ position: 0, waitingFor: null });
    expect(await api.takeRuns()).toBe(1);
    expect((await queues()).map((queue) => queue?.position ?? null)).toEqual([null, null, 0]);
    expect((await read(runs[1] ?? '')).phase).toBe('provisioning');
  });
});

describe('the list of runs', () => {
  it('is of one scenario, in one phase, page by page', async () => {
    const first = await api.add(scenarioText());
    const second = await api.add(scenarioText());
    const runs: string[] = [];
    for (const scenarioId of [first, second, first]) {
      runs.unshift((await runIn(await start(scenarioId))).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await api.endRun(runs[0] ?? '');
    const list = async (query: string) => {
      const page = runPageSchema.strict().parse(await (await api.server.call(`/api/runs${query}`)).json());
      return page.items.map(({ id }) => id);
    };
    expect(await list('')).toEqual(runs);
    expect(await list(`?scenarioId=${first}`)).toEqual([runs[0], runs[2]]);
    expect(await list(`?scenarioId=${first}&phase=complete`)).toEqual([runs[0]]);
    expect(await list('?phase=failed')).toEqual([]);
    const page = runPageSchema.parse(await (await api.server.call('/api/runs?limit=2')).json());
    expect(await list(`?limit=2&cursor=${page.nextCursor}`)).toEqual([runs[2]]);
  });

  it.each(['?phase=gone', '?scenarioId=a%2Fb', '?limit=201', '?cursor=%00', '?verdict=passed'])(
    'refuses %s',
    async (query) => {
      expect((await problemIn(await api.server.call(`/api/runs${query}`))).status).toBe(400);
    },
  );
});

describe('a run', () => {
  it('that does not exist is not found, whatever is asked of it', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/cancel'],
    ] as const) {
      const answer = await api.server.call(`/api/runs/run-x${path}`, { method });
      expect(await problemIn(answer)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  it('tells what it does while it runs', async () => {
    const live = { second: 3, users: 4, requests: 90, failures: 1, requestsPerSecond: 30, p95Ms: 12.5, tasksReady: 1 };
    await api.close();
    api = await startApi({ app: { liveOf: () => live } });
    const { id } = await runIn(await start(await api.add(scenarioText())));
    expect((await read(id)).live).toBeNull();
    const run = await api.stores.runs.get(id);
    if (run !== null) await api.stores.runs.update({ ...run, version: 2, phase: 'running', goAtMs: 1_700_000_000_000 });
    expect(await read(id)).toMatchObject({ phase: 'running', goAt: '2023-11-14T22:13:20.000Z', live, queue: null });
  });

  it('can be cancelled until it has ended, by many at once', async () => {
    const { id } = await runIn(await start(await api.add(scenarioText())));
    const cancel = () => api.server.call(`/api/runs/${id}/cancel`, { method: 'POST' });
    const answers = await Promise.all([cancel(), cancel(), cancel()]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await runIn(answers[0] as Response)).toMatchObject({ id, cancelRequested: true });
    const control = await api.objects.get(`runs/${id}/control.json`);
    expect(Buffer.from(control?.body ?? []).toString()).toContain('"stop"');
    await api.endRun(id);
    expect(await problemIn(await cancel())).toMatchObject({ status: 409, code: 'run_state_conflict' });
    expect(await actions()).toContain(`run.cancel ${id}`);
  });

  it('can be deleted when it has ended, with all that it left', async () => {
    const scenarioId = await api.add(scenarioText());
    const { id } = await runIn(await start(scenarioId));
    const { id: other } = await runIn(await start(scenarioId));
    const remove = () => api.server.call(`/api/runs/${id}`, { method: 'DELETE' });
    expect(await problemIn(await remove())).toMatchObject({ status: 409, code: 'run_state_conflict' });
    expect(await api.objects.get(`runs/${id}/plan.json`)).not.toBeNull();
    await api.endRun(id);
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await runIds()).toEqual([other]);
    expect(await api.objects.list(`runs/${id}/`)).toEqual([]);
    expect(await api.objects.get(`runs/${other}/plan.json`)).not.toBeNull();
    expect((await actions()).filter((each) => each === `run.delete ${id}`)).toHaveLength(1);
  });
});

describe('regions', () => {
  it('tell what they take and what is free', async () => {
    await runIn(await start(await api.add(scenarioText({ regions: { east: 2 } }))));
    const regions = async () => regionPageSchema.strict().parse(await (await api.server.call('/api/regions')).json());
    expect(await regions()).toEqual({
      items: [
        { name: 'east', tasksMax: 2, tasksRunning: 0, tasksFree: 2, vcpu: null, problem: null },
        { name: 'west', tasksMax: 1, tasksRunning: 0, tasksFree: 1, vcpu: null, problem: null },
      ],
      nextCursor: null,
    });
    const tasks = [{ region: 'east', task: 0 }];
    await api.launcher.launch({ runId: 'run-1', runFolderUrl: 'memory:///', tasks, token: 't' });
    expect((await regions()).items[0]).toMatchObject({ name: 'east', tasksMax: 2, tasksRunning: 1, tasksFree: 1 });
  });
});

/**
 * Runs through everything that is deployed, without AWS: the synthesised templates, the Lambda bundles, the state machine, real worker processes in two
 * regions. What is imitated, `fixtures/emulated-account.ts` says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResource } from '../../core/api/runs.ts';
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import { decodeLiveMessage, liveTopic } from '../../core/live/live-message.ts';
import type { Report } from '../../core/report/report.ts';
import { finalPhases } from '../../core/run/run.ts';
import { type PracticeTarget, startPracticeTarget } from '../../practice-target/start.ts';
import { buildLambdas } from '../../scripts/build-lambdas.ts';
import type { StandInProcess } from '../../server/adapters/aws/testing/stand-in-process.ts';
import { withServedHome } from '../../server/main/fixtures/serve-home.ts';
import { needs } from '../../tools/needs.ts';
import { toolNamed } from '../../tools/tools.ts';
import { type EmulatedAccount, startEmulatedAccount } from './fixtures/emulated-account.ts';
import { allows, statementsOf } from './fixtures/role-rights.ts';

const REGIONS = ['eu-west-1', 'us-east-1'] as const;
const TOOLS = ['moto', 'dynamodb-local', 'elasticmq', 'minio'];
/** Against what hangs. */
const START_MS_MAX = 400_000;
const RUN_MS_MAX = 300_000;
const LOOK_EVERY_MS = 300;

type Call = (path: string, init?: RequestInit) => Promise<Response>;

let account: EmulatedAccount;
let target: PracticeTarget;
let token: string;

beforeAll(async () => {
  if (TOOLS.some((tool) => toolNamed(tool).find() === null)) return;
  await buildLambdas();
  target = await startPracticeTarget({ port: 0 });
  account = await startEmulatedAccount({
    mainRegion: REGIONS[0],
    regions: [...REGIONS],
    adminEmail: 'ada@example.com',
    targetAllowList: ['127.0.0.1', '::1'],
  });
  token = await account.signIn();
}, START_MS_MAX);
beforeEach((context) => {
  for (const tool of TOOLS) needs(context, tool);
});
afterAll(async () => {
  await account?.stop();
  await target?.stop();
});

const call: Call = (path, init = {}) =>
  fetch(`${account.publicUrl}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
  });

/** One user a task, each with as many rounds; a task in each region. */
function scenarioText({ iterations, holdForSeconds }: { iterations: number; holdForSeconds: number }): string {
  const place = (path: string) => `'${target.url}${path}'`;
  return `
execution: [{concurrency: 2, iterations: ${iterations}, hold-for: ${holdForSeconds}s, scenario: shop}]
scenarios:
  shop:
    think-time: 100ms
    requests:
    - {url: ${place('/api/products')}, label: products}
    - {url: ${place('/api/orders')}, method: POST, body-file: order.json, label: order}
    - {url: ${place('/api/nothing')}, label: missing}
loadstar: {name: shop, healthyThreshold: 50, regions: {${REGIONS.map((region) => `${region}: {tasks: 1}`).join(', ')}}}
`;
}

async function startRun(api: Call, text: string): Promise<RunResource> {
  const made = await api('/api/scenarios', {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: text,
  });
  const { id } = (await made.json()) as ScenarioResource;
  expect(made.status).toBe(201);
  const body = JSON.stringify({ product: 'p-1', quantity: 1 });
  const put = await api(`/api/scenarios/${id}/files/order.json`, { method: 'PUT', body });
  expect(put.status).toBe(201);
  const started = await api(`/api/scenarios/${id}/runs`, { method: 'POST' });
  expect(started.status).toBe(201);
  return (await started.json()) as RunResource;
}

async function waitFor(api: Call, runId: string, reached?: (run: RunResource) => boolean): Promise<RunResource> {
  for (;;) {
    const run = (await (await api(`/api/runs/${runId}`)).json()) as RunResource;
    if (finalPhases.has(run.phase) || reached?.(run)) return run;
    await sleep(LOOK_EVERY_MS);
  }
}

const reportOf = async (api: Call, runId: string) => (await (await api(`/api/runs/${runId}/report`)).json()) as Report;

/** What is the same wherever it runs: times are not. */
function countsOf(report: Report) {
  const counts = ({ bytesSent, codes, failures, plannedStarts, requests }: Report['total']) => {
    return { requests, failures, plannedStarts, bytesSent, codes };
  };
  return {
    total: counts(report.total),
    regions: Object.fromEntries(Object.entries(report.regions).map(([name, region]) => [name, counts(region)])),
    labels: report.labels.map((label) => ({ label: label.label, ...counts(label) })),
    tasks: [report.tasksPlanned, report.tasksDelivered, report.tasksLost],
    status: report.status,
  };
}

/** Of all regions, over all that was told. */
function sumOfMetric(name: string, runId: string): number {
  const told = account.lambdas.lines
    .filter((line) => line.includes('"CloudWatchMetrics"') && line.includes(runId) && line.includes('"region":"all"'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, number>);
  return told.reduce((sum, metrics) => sum + (metrics[name] ?? 0), 0);
}

/** The processes that Fargate would run for it. */
const tasksOf = (runId: string): StandInProcess[] =>
  account.ecs.processes().filter(({ environment }) => environment.LOADSTAR_RUN_FOLDER?.includes(runId));

/** Watches a run as the console does. */
async function watch(runId: string) {
  const told = new Set<string>();
  const client = await mqtt.connectAsync(account.iot.mqttUrl, {
    username: 'jwt',
    password: token,
    clientId: 'viewer',
    protocolVersion: 4,
  });
  client.on('message', (topic, payload) => {
    const { tasks } = decodeLiveMessage(new Uint8Array(payload));
    if (tasks.length > 0) told.add(topic);
  });
  await client.subscribeAsync(`runs/${runId}/live/+`);
  return { told, close: () => client.endAsync(true) };
}

describe('a deployment', () => {
  it('lets in whom its user pool knows, and nobody else', async () => {
    expect((await fetch(`${account.publicUrl}/api/health`)).status).toBe(200);
    for (const authorization of [undefined, 'Bearer a.b.c', `Bearer ${token.slice(0, -4)}AAAA`]) {
      const headers = authorization === undefined ? {} : { authorization };
      const refused = await fetch(`${account.publicUrl}/api/runs`, { headers });
      expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'unauthenticated' }]);
    }
    const regions = (await (await call('/api/regions')).json()) as { items: { name: string }[] };
    expect(regions.items.map(({ name }) => name)).toEqual([...REGIONS]);
  });

  it('runs a scenario in two regions, and reports what the laptop reports', { timeout: RUN_MS_MAX }, async () => {
    const text = scenarioText({ iterations: 30, holdForSeconds: 60 });
    const { id } = await startRun(call, text);
    const viewer = await watch(id);
    const run = await waitFor(call, id);
    expect(run).toMatchObject({ phase: 'complete' });
    const report = await reportOf(call, id);

    // Live data came of both regions, and each result set off its event.
    expect([...viewer.told].sort()).toEqual(REGIONS.map((region) => liveTopic(id, region)));
    await viewer.close();
    const landed = account.created.map(({ key }) => key).filter((key) => key.startsWith(`runs/${id}/results/`));
    for (const region of REGIONS) expect(landed).toContain(`runs/${id}/results/${region}/0.xml`);
    const parsed = account.lambdas.lines.filter(
      (line) => line.includes("a task's result has landed") && line.includes(id),
    );
    expect(parsed).toHaveLength(REGIONS.length);
    expect(account.stepFunctions.executions.get(id)).toMatchObject({ status: 'SUCCEEDED' });

    // What tasks printed is found again, and what the ticks told CloudWatch adds up to the report.
    for (const region of REGIONS) {
      const log = await (await call(`/api/runs/${id}/tasks/${region}/0/log`)).text();
      expect(log).toContain('"message":"delivered"');
      expect(log).not.toContain('"type":"window"');
    }
    expect(sumOfMetric('requests', id)).toBe(report.total.requests);

    const settings = { regions: Object.fromEntries(REGIONS.map((region) => [region, { tasksMax: 1 }])) };
    await withServedHome(async ({ call: laptop }) => {
      const own = await startRun(laptop, text);
      expect(await waitFor(laptop, own.id)).toMatchObject({ phase: 'complete' });
      expect(countsOf(report)).toEqual(countsOf(await reportOf(laptop, own.id)));
    }, settings);
    expect(report.total.requests).toBe(2 * 30 * 3);
  });

  it('cancels a run, whose token is worth nothing afterwards; and sees a task that dies', {
    timeout: RUN_MS_MAX,
  }, async () => {
    const [cancelled, broken] = await Promise.all([
      startRun(call, scenarioText({ iterations: 100_000, holdForSeconds: 600 })),
      startRun(call, scenarioText({ iterations: 200, holdForSeconds: 60 })),
    ]);
    const isUnderWay = ({ phase }: RunResource) => phase === 'running';
    await Promise.all([waitFor(call, cancelled.id, isUnderWay), waitFor(call, broken.id, isUnderWay)]);
    const [victim] = tasksOf(broken.id).filter(({ region }) => region === REGIONS[1]);
    process.kill(-(victim?.pid ?? 0), 'SIGKILL');
    expect((await call(`/api/runs/${cancelled.id}/cancel`, { method: 'POST' })).status).toBe(202);

    const [wasCancelled, lostOne] = await Promise.all([waitFor(call, cancelled.id), waitFor(call, broken.id)]);
    expect(wasCancelled).toMatchObject({ phase: 'cancelled' });
    for (const { state } of [...tasksOf(cancelled.id), ...tasksOf(broken.id)].map((task) => ({
      state: task.state(),
    }))) {
      expect(state).toMatchObject({ lastStatus: 'STOPPED' });
    }
    expect(lostOne).toMatchObject({ phase: 'complete' });
    const report = await reportOf(call, broken.id);
    expect(report).toMatchObject({ tasksPlanned: 2, tasksDelivered: 1, tasksLost: 1, partial: true });
    expect(report.remarks.join(' ')).toContain(REGIONS[1]);

    const [{ environment } = { environment: {} as Record<string, string> }] = tasksOf(cancelled.id);
    const ask = (runToken: string) =>
      fetch(environment.LOADSTAR_RUN_ACCESS_URL ?? '', {
        method: 'POST',
        headers: { authorization: `Bearer ${runToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ region: REGIONS[0], task: 0 }),
      });
    const over = await ask(environment.LOADSTAR_RUN_TOKEN ?? '');
    expect([over.status, await over.json()]).toMatchObject([409, { code: 'run_state_conflict' }]);
    expect((await ask('lsr_other')).status).toBe(401);
  });

  it('asked nothing of tables and bucket, in all this, that the roles of its Lambdas do not allow', () => {
    const refused: string[] = [];
    for (const [name, calls] of account.lambdas.sent) {
      const statements = account.stacks.flatMap((stack) => statementsOf(stack, name));
      for (const call of calls.values()) {
        if (!allows(statements, call)) refused.push(`${name}: ${call.action} on ${call.resource}`);
      }
    }
    expect(refused).toEqual([]);
    const [parser = ''] = [...account.lambdas.sent.keys()].filter((name) => /parser/i.test(name));
    const [written] = [...(account.lambdas.sent.get(parser)?.values() ?? [])].filter(
      ({ action }) => action === 's3:GetObject',
    );
    const elsewhere = { action: 's3:PutObject', resource: String(written?.resource).replace('/runs/', '/scenarios/') };
    expect(
      allows(
        account.stacks.flatMap((stack) => statementsOf(stack, parser)),
        elsewhere,
      ),
    ).toBe(false);
    const actions = new Set(
      [...account.lambdas.sent.values()].flatMap((calls) => [...calls.values()]).map(({ action }) => action),
    );
    for (const each of ['dynamodb:Query', 'dynamodb:PutItem', 's3:GetObject', 's3:PutObject', 's3:ListBucket']) {
      expect(actions).toContain(each);
    }
  });
});

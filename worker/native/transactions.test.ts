// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
// biome-ignore-all lint/suspicious/noThenProperty: what steps have.
/** Transactions, as JMeter's Transaction Controller counts them, against a real server. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Statistics } from '../../core/statistics/statistics.ts';
import { type AnyStep, closed, errorsOf, type NativeOptions, open, runNative, stepsOf } from './testing/run-native.ts';
import { response, type ScriptedServer, scriptedServer } from './testing/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const SERVICE_MS = 30;

/** A server that takes its time; paths that begin with /bad fail, those that begin with /never are not answered. */
async function walk(steps: AnyStep[], options: Partial<NativeOptions> = {}) {
  const server = await scriptedServer(async ({ path }) => {
    await new Promise((resolve) => setTimeout(resolve, SERVICE_MS));
    if (path.startsWith('/never')) return null;
    return response('ok', { code: path.startsWith('/bad') ? 500 : 200 });
  });
  servers.push(server);
  const result = await runNative({ ...options, steps, flow: { defaultAddress: server.url, ...options.flow } });
  return { ...result, server };
}

interface TransactionChanges {
  label?: string;
  isParent?: boolean;
  includesThinkTime?: boolean;
}

function transaction(changes: TransactionChanges, ...steps: AnyStep[]): AnyStep {
  return {
    kind: 'transaction',
    label: 't',
    isParent: false,
    includesThinkTime: false,
    ...changes,
    steps: stepsOf(steps),
  };
}

const get = (url: string, thinkTimeSeconds = 0): AnyStep => ({ url, thinkTimeSeconds });
const requestsOf = (labels: Map<string, Statistics>): Record<string, number> =>
  Object.fromEntries(
    [...labels].filter(([, { requests }]) => requests > 0).map(([label, { requests }]) => [label, requests]),
  );

describe('beside its requests', () => {
  it('a transaction is a sample that sums them up', async () => {
    const { labels, server } = await walk([transaction({}, get('/a'), get('/b')), get('/c')], {
      loads: [closed({ concurrency: 2, iterations: 3 })],
    });
    expect(requestsOf(labels)).toEqual({ t: 6, '/a': 6, '/b': 6, '/c': 6 });
    const [sum, a, b] = ['t', '/a', '/b'].map((label) => labels.get(label)!);
    for (const time of ['serviceTime', 'timeToFirstByte'] as const) {
      expect(Math.abs(sum![time].sumUs - a![time].sumUs - b![time].sumUs)).toBeLessThan(20);
    }
    expect(sum?.bytesSent).toBe(a!.bytesSent + b!.bytesSent);
    expect(sum?.connect?.count).toBe(2);
    expect(Object.fromEntries(sum!.codes)).toEqual({ 200: 6 });
    expect(server.requests.length).toBe(18);
  });

  it('includes think-times where it says so', async () => {
    const steps = (includesThinkTime: boolean) => [
      transaction(
        { includesThinkTime },
        get('/a', 0.1),
        { kind: 'action', action: 'pause', target: 'current-thread', pauseSeconds: 0.1 },
        get('/b'),
      ),
    ];
    const without = (await walk(steps(false))).labels.get('t')!;
    const included = (await walk(steps(true))).labels.get('t')!;
    expect(included.serviceTime.sumUs).toBeGreaterThanOrEqual(200_000 + 2 * SERVICE_MS * 1_000);
    expect(without.serviceTime.sumUs).toBeLessThan(included.serviceTime.sumUs - 150_000);
  });

  it('fails with a request in it', async () => {
    const { labels, total } = await walk([
      transaction({}, get('/a'), get('/bad'), get('/b')),
      transaction({ label: 'u' }, get('/a')),
    ]);
    expect(errorsOf(labels.get('t')!)).toEqual({ 'transaction: a request in it failed': 1 });
    expect(labels.get('t')?.codes.size).toBe(0);
    expect(labels.get('u')?.failures).toBe(0);
    expect(total.failures).toBe(2);
  });

  it('counts in those around it by its requests only', async () => {
    const { labels } = await walk([
      transaction({ label: 'outer' }, get('/a'), transaction({ label: 'inner' }, get('/b'))),
    ]);
    const [outer, inner, a, b] = ['outer', 'inner', '/a', '/b'].map((label) => labels.get(label)!.serviceTime.sumUs);
    expect(Math.abs(inner! - b!)).toBeLessThan(10);
    expect(Math.abs(outer! - a! - b!)).toBeLessThan(10);
  });

  it('without a request is none, unless there were others before', async () => {
    const never: AnyStep = { kind: 'if', condition: 'false', then: stepsOf([get('/never')]), else: [] };
    const empty = transaction({ label: 'empty' }, never);
    expect(requestsOf((await walk([empty, get('/a')])).labels)).toEqual({ '/a': 1 });
    expect(requestsOf((await walk([get('/a'), empty])).labels)).toEqual({ '/a': 1, empty: 1 });
    const set: AnyStep = { kind: 'set-variables', variables: [['x', '1']] };
    expect(requestsOf((await walk([transaction({ label: 'set' }, set)])).labels)).toEqual({ set: 1 });
  });

  it('ends where the next iteration is begun', async () => {
    const steps = [
      transaction(
        {},
        get('/a'),
        { kind: 'action', action: 'continue', target: 'current-thread', pauseSeconds: 0 } as const,
        get('/no'),
      ),
    ];
    const { labels } = await walk(steps, { loads: [closed({ iterations: 2 })] });
    expect(requestsOf(labels)).toEqual({ '/a': 2, t: 2 });
  });

  it('may have a label that changes', async () => {
    const { labels } = await walk([transaction({ label: 't${__threadNum}' }, get('/a'))], {
      loads: [closed({ concurrency: 2, iterations: 1 })],
    });
    expect(requestsOf(labels)).toEqual({ '/a': 2, t1: 1, t2: 1 });
  });
});

describe('in place of its requests', () => {
  it('a transaction is the only sample', async () => {
    const { labels, server, total } = await walk([transaction({ isParent: true }, get('/a'), get('/b')), get('/c')]);
    expect(requestsOf(labels)).toEqual({ t: 1, '/c': 1 });
    expect(total).toMatchObject({ requests: 2, plannedStarts: 2 });
    expect(labels.get('t')!.serviceTime.sumUs).toBeGreaterThanOrEqual(2 * SERVICE_MS * 1_000 - 2_000);
    expect(total.bytesSent).toBe(server.requests.reduce((sum, { text }) => sum + text.length, 0));
  });

  it('fails as the first request in it that did, with its example', async () => {
    const { labels } = await walk([transaction({ isParent: true }, get('/a'), get('/bad'), get('/b'))]);
    expect(errorsOf(labels.get('t')!)).toEqual({ 'http: 500 Internal Server Error': 1 });
    const [error] = labels.get('t')!.errors.values();
    expect(error?.example).toMatch(/^GET http:.*\/bad\nHTTP\/1.1 500/);
  });

  it('takes in those in it; one in one beside its requests counts there', async () => {
    const nested = transaction(
      { label: 'outer' },
      transaction(
        { label: 'parent', isParent: true },
        get('/a'),
        transaction({ label: 'inner', isParent: true }, get('/b')),
        transaction({ label: 'beside' }, get('/c')),
      ),
    );
    const { labels } = await walk([nested]);
    expect(requestsOf(labels)).toEqual({ outer: 1, parent: 1, beside: 1 });
    const [outer, parent] = ['outer', 'parent'].map((label) => labels.get(label)!.serviceTime.sumUs);
    expect(Math.abs(outer! - parent!)).toBeLessThan(10);
    expect(parent).toBeGreaterThanOrEqual(3 * SERVICE_MS * 1_000 - 3_000);
  });

  it('says whether it was a success to what comes next', async () => {
    const { server } = await walk([
      transaction({ isParent: true }, get('/bad'), get('/good')),
      { kind: 'while', condition: '${JMeterThread.last_sample_ok}', steps: stepsOf([get('/bad2')]) },
    ]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/bad', '/good']);
  });

  it('in an open model counts from the planned start of its first request', async () => {
    const { total } = await walk([transaction({ isParent: true }, get('/a'))], {
      loads: [open({ startsPerSecond: 40, concurrency: 1, holdForSeconds: 0.4 })],
    });
    expect(total.plannedStarts).toBe(16);
    expect(total.requests + total.droppedStarts).toBe(16);
    expect(total.lateStarts).toBeGreaterThan(0);
    expect(total.responseTime?.count).toBe(total.requests);
  });
});

describe('the end', () => {
  it('of the run in a transaction: what was done in it is counted once', async () => {
    const { labels, total } = await walk(
      [transaction({}, get('/a'), get('/never')), transaction({ label: 'p', isParent: true }, get('/b'))],
      { loads: [closed({ concurrency: 2, holdForSeconds: 0.2 })], plan: { gracefulStopSeconds: 0.1 } },
    );
    expect(requestsOf(labels)).toEqual({ '/a': 2 });
    expect(total).toMatchObject({ unfinishedRequests: 2, plannedStarts: 4 });
  });

  it('of the run in one that stands for its requests', async () => {
    const dropped = await walk([transaction({ isParent: true }, get('/a'), get('/never'))], {
      loads: [closed({ concurrency: 2, holdForSeconds: 0.2 })],
      plan: { gracefulStopSeconds: 0.1 },
    });
    expect(dropped.total).toMatchObject({ requests: 0, unfinishedRequests: 2, plannedStarts: 2 });
    const ended = await walk([transaction({ isParent: true }, get('/a'), get('/b', 60))], {
      loads: [closed({ concurrency: 2, holdForSeconds: 0.3 })],
    });
    expect(ended.total).toMatchObject({ requests: 2, unfinishedRequests: 0, failures: 0 });
    expect(ended.windows.at(-1)?.labels.get('t')?.concurrencyMax ?? 0).toBeLessThanOrEqual(2);
  });
});

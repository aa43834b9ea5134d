import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { limits, OTHER_LABEL } from '../../core/limits.ts';
import { closed, errorsOf, nativeEngine, open, runNative } from './testing/run-native.ts';
import { response } from './testing/scripted-server.ts';
import { serve } from './testing/serve-scripted.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('closed model', () => {
  it('walks the flow as often as it says, and counts exactly what the server served', async () => {
    const server = await serve(({ path }) => response(path, { code: path === '/bad' ? 500 : 200 }));
    const result = await runNative({
      steps: [{ url: '/a' }, { url: '/b' }, { url: '/bad' }],
      flow: { defaultAddress: server.url },
      loads: [closed({ concurrency: 7, iterations: 5 })],
    });
    expect(result.total).toMatchObject({ requests: 105, failures: 35, plannedStarts: 105, unfinishedRequests: 0 });
    for (const path of ['/a', '/b', '/bad']) {
      expect(server.requests.filter((request) => request.path === path).length).toBe(35);
      expect(result.labels.get(path)?.requests).toBe(35);
    }
    expect(Object.fromEntries(result.total.codes)).toEqual({ 200: 70, 500: 35 });
    expect(errorsOf(result.total)).toEqual({ 'http: 500 Internal Server Error': 35 });
    expect(server.connections).toBe(7);
    expect(result.total.connect?.count).toBe(7);
    expect(result.total.responseTime).toBeNull();
    expect(result.total.serviceTime.count).toBe(105);
    expect(result.total.timeToFirstByte.count).toBe(105);
    expect(result.total.bytesSent).toBe(server.requests.reduce((sum, { text }) => sum + text.length, 0));
    const received = server.requests.reduce((sum, { path }) => sum + response(path).length, 0);
    expect(result.total.bytesReceived).toBe(received);
    expect(result.windows[0]?.task.concurrencyMax).toBe(7);
    expect(result.outcome.startLateness.count).toBe(7);
  });

  it('begins no request after its end, and lets those under way finish', async () => {
    const seenAtMs: number[] = [];
    const server = await serve(async () => {
      seenAtMs.push(performance.now());
      await sleep(20);
      return response('ok');
    });
    const { startAtMs, total } = await runNative({
      steps: [{ url: server.url }],
      loads: [closed({ concurrency: 4, holdForSeconds: 0.3 })],
    });
    expect(total).toMatchObject({ failures: 0, unfinishedRequests: 0, requests: server.requests.length });
    expect(total.requests).toBeGreaterThan(4);
    expect(total.lastEndedUs).toBeLessThan((performance.now() - startAtMs) * 1_000);
    expect(seenAtMs.length).toBe(total.requests);
  });

  it('starts its users along the ramp', async () => {
    const firstSeenAtMs: number[] = [];
    const server = await serve(({ numberOnConnection }) => {
      if (numberOnConnection === 0) firstSeenAtMs.push(performance.now());
      return response('ok');
    });
    const { outcome, startAtMs, windows } = await runNative({
      steps: [{ url: server.url, thinkTimeSeconds: 0.02 }],
      loads: [closed({ concurrency: 4, rampUpSeconds: 0.8, holdForSeconds: 0.1 })],
    });
    // User i begins when the ramp passes i: at 0, 0.2, 0.4, 0.6 s, never before.
    expect(firstSeenAtMs.length).toBe(4);
    for (const [user, atMs] of firstSeenAtMs.entries()) expect(atMs - startAtMs).toBeGreaterThanOrEqual(user * 200);
    expect(Math.max(...windows.map(({ task }) => task.concurrencyMax))).toBe(4);
    // Each start of a user, and each end of a think-time, was timed.
    expect(outcome.startLateness.count).toBeGreaterThan(4);
  });

  // The pace of what is planned is then no guide to what is due next.
  it('leaves nobody thinking for ever where answers take their time', async () => {
    const server = await serve(async () => {
      await sleep([0, 30, 5, 60][server.requests.length % 4] ?? 0);
      return response('ok');
    });
    const { total } = await runNative({
      steps: [{ url: server.url, thinkTimeSeconds: 0.02 }],
      loads: [closed({ concurrency: 2, iterations: 30, holdForSeconds: 60 })],
    });
    expect(total).toMatchObject({ requests: 60, failures: 0 });
  }, 90_000);

  it('thinks before each request', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative({
      steps: [{ url: server.url, thinkTimeSeconds: 0.1 }],
      loads: [closed({ concurrency: 2, iterations: 4 })],
    });
    expect(total.requests).toBe(8);
    expect(total.lastEndedUs).toBeGreaterThanOrEqual(400_000);
    // Thinking is no part of the service.
    expect(total.serviceTime.sumUs).toBeLessThanOrEqual(2 * total.lastEndedUs - 2 * 4 * 100_000 + 10);
  });

  it('ends when the time is over, though iterations are left, and the other way round', async () => {
    const server = await serve(() => response('ok'));
    const step = { url: server.url, thinkTimeSeconds: 0.05 };
    const early = await runNative({ steps: [step], loads: [closed({ holdForSeconds: 0.2, iterations: 1_000 })] });
    expect(early.total.requests).toBeLessThan(10);
    const late = await runNative({ steps: [step], loads: [closed({ holdForSeconds: 600, iterations: 2 })] });
    expect(late.total.requests).toBe(2);
  });
});

describe('too many labels', () => {
  it('are kept apart as merging keeps them, whatever their order; the rest is counted together', async () => {
    const server = await serve(() => response('ok'));
    const count = limits.labelsMax + 20;
    const labels = Array.from({ length: count }, (_, index) => `label ${String((index * 7) % count).padStart(4, '0')}`);
    const { labels: measured, total } = await runNative({
      steps: [...labels, OTHER_LABEL].map((label) => ({ url: '/', label })),
      flow: { defaultAddress: server.url },
    });
    const kept = labels.toSorted().slice(0, limits.labelsMax);
    expect([...measured.keys()].sort()).toEqual([OTHER_LABEL, ...kept]);
    expect(measured.get(OTHER_LABEL)?.requests).toBe(21);
    expect(total.requests).toBe(count + 1);
  });
});

describe('open model', () => {
  it('begins every planned start', async () => {
    const server = await serve(() => response('ok'));
    const { outcome, total } = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ startsPerSecond: 200, holdForSeconds: 1 })],
    });
    expect(total).toMatchObject({ requests: 200, failures: 0, plannedStarts: 200, droppedStarts: 0 });
    expect(server.requests.length).toBe(200);
    expect(outcome.startLateness.count).toBe(200 - total.lateStarts);
    expect(total.responseTime?.count).toBe(200);
  });
});

describe('windows', () => {
  it('come one a second, empty ones included, while nothing is answered', async () => {
    const server = await serve(() => null);
    const { windows, total, startAtMs } = await runNative({
      steps: [{ url: server.url, timeoutSeconds: 2.5 }],
      loads: [closed({ concurrency: 2, iterations: 1 })],
    });
    expect(windows.map(({ second }) => second)).toEqual(windows.map((_, index) => index));
    expect(windows.length).toBeGreaterThanOrEqual(3);
    for (const { second, labels, task, atMs } of windows.slice(0, 2)) {
      expect(labels.get(server.url)).toMatchObject({ requests: 0, concurrencyMax: 2 });
      expect(task.concurrencyMax).toBe(2);
      expect(atMs - startAtMs).toBeGreaterThanOrEqual((second + 1) * 1_000);
    }
    expect(total).toMatchObject({ requests: 2, failures: 2 });
  });
});

describe('the end', () => {
  it('gives requests under way their grace, then counts them as unfinished', async () => {
    const server = await serve(({ number }) => (number < 3 ? response('ok') : null));
    const { total, windows } = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ startsPerSecond: 20, holdForSeconds: 0.5 })],
      plan: { gracefulStopSeconds: 0.2 },
    });
    expect(total).toMatchObject({ requests: 3, unfinishedRequests: 7, plannedStarts: 10, failures: 0 });
    expect(windows.at(-1)?.labels.get(server.url)?.unfinishedRequests).toBe(7);
    await expect.poll(() => server.open.size).toBe(0);
  });

  it('by stop: at once where nothing is under way, even in the middle of a think-time', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative(
      {
        steps: [{ url: server.url }, { url: server.url, thinkTimeSeconds: 3_600 }],
        loads: [closed({ concurrency: 3, holdForSeconds: 7_200 })],
      },
      (engine) =>
        void expect
          .poll(() => server.requests.length)
          .toBe(3)
          .then(() => engine.stop(60_000)),
    );
    expect(total).toMatchObject({ requests: 3, unfinishedRequests: 0 });
  });

  it('by stop: after the grace where requests are under way; a second stop may be sooner', async () => {
    const server = await serve(() => null);
    const { total } = await runNative(
      { steps: [{ url: server.url }], loads: [closed({ concurrency: 3, holdForSeconds: 7_200 })] },
      (engine) =>
        void expect
          .poll(() => server.requests.length)
          .toBe(3)
          .then(() => {
            engine.stop(60_000);
            engine.stop(10);
          }),
    );
    expect(total).toMatchObject({ requests: 0, unfinishedRequests: 3, plannedStarts: 3 });
  });

  it('by stop: what was due and waited is dropped, what was not due was not planned', async () => {
    const server = await serve(() => null);
    const { total } = await runNative(
      {
        steps: [{ url: server.url }],
        loads: [open({ startsPerSecond: 100, concurrency: 1, holdForSeconds: 7_200 })],
      },
      (engine, startAtMs) => setTimeout(() => engine.stop(10), startAtMs + 500 - performance.now()),
    );
    expect(total.unfinishedRequests).toBe(1);
    expect(total.plannedStarts).toBe(1 + total.droppedStarts);
    expect(total.plannedStarts).toBeGreaterThanOrEqual(50);
    expect(total.plannedStarts).toBeLessThan(1_000);
  });

  it.each(['before run', 'while it waits for go'])('by stop %s: nothing is sent', async (when) => {
    const server = await serve(() => response('ok'));
    const { engine, measured } = nativeEngine({ steps: [{ url: server.url }], loads: [open()] });
    await engine.prepare();
    if (when === 'before run') engine.stop(100);
    const running = engine.run(performance.now() + 3_600_000, 0);
    engine.stop(100);
    const { startLateness } = await running;
    expect(startLateness.count).toBe(0);
    expect(server.connections).toBe(0);
    expect(measured.windows).toEqual([]);
  });

  it('by stop while it prepares: nothing is sent', async () => {
    const server = await serve(() => response('ok'));
    const { engine } = nativeEngine({ steps: [{ url: server.url }], loads: [open()] });
    const preparing = engine.prepare();
    engine.stop(0);
    await preparing;
    await engine.run(performance.now() + 10, 0);
    expect(server.connections).toBe(0);
  });
});

describe('before the start', () => {
  it('nothing is sent while it prepares and waits', async () => {
    const server = await serve(() => response('ok'));
    const { engine, measured } = nativeEngine({ steps: [{ url: server.url }] });
    await engine.prepare();
    const startAtMs = performance.now() + 150;
    const running = engine.run(startAtMs, 0);
    await sleep(50);
    expect(server.connections).toBe(0);
    const { startSkewMs } = await running;
    expect(startSkewMs).toBeGreaterThanOrEqual(0);
    expect(measured.total.requests).toBe(1);
  });

  it('a file is read once, however often it is sent', async () => {
    const server = await serve(() => response('ok'));
    const step = { url: server.url, method: 'PUT' as const, body: { kind: 'file' as const, path: 'a.txt' } };
    const { total } = await runNative({
      steps: [step, step],
      loads: [closed({ iterations: 3 })],
      files: { 'a.txt': 'tea' },
    });
    expect(total).toMatchObject({ requests: 6, failures: 0 });
    expect(new Set(server.requests.map(({ body }) => body))).toEqual(new Set(['tea']));
  });

  it('what is missing or wrong is an error with its code', async () => {
    const missing = nativeEngine({
      steps: [{ url: 'http://a.test/', method: 'PUT', body: { kind: 'file', path: 'no.txt' } }],
    });
    await expect(missing.engine.prepare()).rejects.toMatchObject({ code: 'scenario_file_missing' });
    const wrong = nativeEngine({ steps: [{ url: 'gopher://a.test/' }] });
    await expect(wrong.engine.prepare()).rejects.toMatchObject({ code: 'scenario_invalid' });
    await expect(wrong.engine.run(performance.now(), 0)).rejects.toBeInstanceOf(LoadstarError);
  });
});

it('tasks of a run share it exactly, though some have nothing to do', async () => {
  const server = await serve(() => response('ok'));
  const shared = { regions: [{ name: 'local', tasks: 4, share: 1 }] };
  let requests = 0;
  for (const task of [0, 1, 2, 3]) {
    const { total } = await runNative({
      steps: [{ url: server.url }],
      loads: [
        closed({ concurrency: 3, iterations: 2 }),
        open({ startsPerSecond: 10, concurrency: 2, holdForSeconds: 0.5 }),
      ],
      plan: shared,
      task,
    });
    requests += total.requests + total.droppedStarts;
  }
  expect(requests).toBe(6 + 5);
});

/** Loads that rise, fall, and begin later than others, against real servers. */
import { describe, expect, it } from 'vitest';
import { planExecution } from '../../../core/plan/plan-execution.ts';
import { executionOf } from '../../../core/scenario/fixtures/flows.ts';
import type { LoadProfile } from '../../../core/scenario/scenario.ts';
import { closed, open, runNative } from '../testing/run-native.ts';
import { response } from '../testing/scripted-server.ts';
import { serve } from '../testing/serve-scripted.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const jumpTo = (target: number, durationSeconds: number) => [
  { durationSeconds: 0, target },
  { durationSeconds, target },
];

describe('stages of users', () => {
  it('have users come, leave, and come back as new ones', async () => {
    let serving = 0;
    const servingAtOnce: number[] = [];
    const server = await serve(async () => {
      servingAtOnce.push(++serving);
      await sleep(5);
      serving--;
      return response('ok');
    });
    const { total, windows } = await runNative({
      steps: [{ url: server.url }],
      loads: [closed({ concurrency: 3, stages: [...jumpTo(3, 0.3), ...jumpTo(0, 0.5), ...jumpTo(2, 0.3)] })],
    });
    expect(server.connections).toBe(5);
    expect(Math.max(...servingAtOnce)).toBe(3);
    expect(total.failures).toBe(0);
    expect(total.requests).toBe(server.requests.length);
    expect(windows[0]?.task.concurrencyMax).toBe(3);
    // Nobody is left.
    await expect.poll(() => server.open.size).toBe(0);
  });

  it('let a user that is to leave end its request, and stay when it is wanted again before', async () => {
    const server = await serve(async ({ number }) => {
      if (number === 0) await sleep(600);
      return response('ok');
    });
    const { total } = await runNative({
      steps: [{ url: server.url }],
      loads: [closed({ concurrency: 1, stages: [...jumpTo(1, 0.1), ...jumpTo(0, 0.2), ...jumpTo(1, 0.6)] })],
    });
    expect(server.connections).toBe(1);
    expect(total.requests).toBeGreaterThan(1);
    expect(total).toMatchObject({ failures: 0, unfinishedRequests: 0 });
  });

  it('wake nobody who has left while thinking', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative({
      steps: [{ url: server.url, thinkTimeSeconds: 0.3 }],
      loads: [closed({ concurrency: 4, stages: [...jumpTo(4, 0.5), ...jumpTo(0, 0.5)] })],
    });
    // A busy machine may have them leave while they think the first time.
    expect(total.requests).toBeLessThanOrEqual(4);
  });

  it('end with the iterations of their users, who do not lack the later ones', async () => {
    const server = await serve(() => response('ok'));
    const { total, windows } = await runNative({
      steps: [{ url: server.url }],
      loads: [
        closed({ concurrency: 3, iterations: 2, stages: [...jumpTo(1, 0.3), { durationSeconds: 20, target: 1 }] }),
        closed({ concurrency: 3, iterations: 2, stages: [...jumpTo(1, 0.2), ...jumpTo(3, 30)] }),
      ],
    });
    expect(total.requests).toBe(2 + 6);
    expect(windows.length).toBeLessThan(10);
  });
});

it('stages of starts go up and down', async () => {
  const server = await serve(() => response('ok'));
  const { total } = await runNative({
    steps: [{ url: server.url }],
    loads: [
      open({
        startsPerSecond: 100,
        holdForSeconds: 0,
        stages: [
          { durationSeconds: 0.4, target: 100 },
          { durationSeconds: 0.2, target: 100 },
          { durationSeconds: 0.4, target: 0 },
        ],
      }),
    ],
  });
  expect(total).toMatchObject({ requests: 60, plannedStarts: 60 });
});

describe('an execution', () => {
  const regions = [{ name: 'local', tasks: 1, share: 1 }];
  const planned = (load: LoadProfile, changes: { delaySeconds?: number; startAt?: string }) =>
    planExecution({ ...executionOf('test', load), ...changes }, regions);

  it('begins after its delay, and lasts as long as without', async () => {
    const server = await serve(() => response('ok'));
    const arrivedAtMs: Record<string, number> = {};
    server.requests.push = (...requests) => {
      for (const { path } of requests) arrivedAtMs[path] ??= performance.now();
      return 0;
    };
    const load = open({ startsPerSecond: 50, holdForSeconds: 0.2 });
    const { total, startAtMs } = await runNative({
      steps: [{ url: `${server.url}/x` }],
      plan: { executions: [planned(load, { delaySeconds: 0.4 })] },
    });
    expect(total).toMatchObject({ requests: 10, plannedStarts: 10 });
    expect(total.lastEndedUs).toBeGreaterThan(580_000);
    expect((arrivedAtMs['/x'] ?? 0) - startAtMs).toBeGreaterThanOrEqual(399);
  });

  it('begins at its instant, or at once when that has passed', async () => {
    const cameAtMs: number[] = [];
    const server = await serve(() => {
      cameAtMs.push(Date.now());
      return response('ok');
    });
    const load = closed({ concurrency: 2, iterations: 3 });
    const soonMs = Date.now() + 1_500;
    const soon = new Date(soonMs).toISOString();
    const { total } = await runNative({
      steps: [{ url: server.url }],
      plan: { executions: [planned(load, { startAt: '2001-01-01T00:00:00Z' }), planned(load, { startAt: soon })] },
    });
    expect(total.requests).toBe(12);
    // Of a machine so slow that the instant has passed before go, all of them.
    expect(cameAtMs.filter((ms) => ms >= soonMs - 5).length).toBeGreaterThanOrEqual(6);
  });
});

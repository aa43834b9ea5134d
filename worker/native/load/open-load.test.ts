/** The open model against real servers: every planned start is accounted for, whatever the server does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../core/limits.ts';
import { closed, nativeEngine, open, runNative } from '../testing/run-native.ts';
import { response, scriptedServer } from '../testing/scripted-server.ts';
import { serve } from '../testing/serve-scripted.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('users', () => {
  it('one that is quick enough takes all starts, in the order of its flow', async () => {
    const server = await serve(() => response('ok'));
    const { total, labels } = await runNative({
      steps: [{ url: '/a' }, { url: '/b' }, { url: '/c' }],
      flow: { defaultAddress: server.url },
      loads: [open({ startsPerSecond: 20, concurrency: 1, holdForSeconds: 0.6 })],
    });
    // A busy machine may drop the last ones.
    expect(total.plannedStarts).toBe(12);
    expect(total.requests + total.droppedStarts).toBe(12);
    const paths = server.requests.map(({ path }) => path);
    expect(paths.length).toBe(total.requests);
    expect('/a/b/c'.repeat(4)).toContain(paths.join(''));
    for (const [label, { requests }] of labels) expect(requests).toBe(paths.filter((path) => path === label).length);
    expect(server.connections).toBe(1);
  });

  it('are opened as needed while the server stalls, and no more than allowed', async () => {
    const server = await serve(() => null);
    const { total, windows } = await runNative({
      steps: [{ url: server.url, timeoutSeconds: 0.4 }],
      loads: [open({ startsPerSecond: 100, concurrency: 5, holdForSeconds: 0.3 })],
    });
    expect(server.connections).toBe(5);
    expect(total).toMatchObject({ requests: 5, failures: 5, plannedStarts: 30, droppedStarts: 25, lateStarts: 0 });
    expect(windows[0]?.task.concurrencyMax).toBe(5);
  });

  it('that were given take turns, as they come on the ramp', async () => {
    const server = await serve(() => response('ok'));
    const bound = open({ startsPerSecond: 100, concurrency: 20, holdForSeconds: 0.4 });
    const { total } = await runNative({ steps: [{ url: server.url }], loads: [bound] });
    expect(total.requests).toBe(40);
    expect(server.connections).toBe(20);
    const turns = server.requests.map(({ numberOnConnection }) => numberOnConnection);
    expect(turns.filter((turn) => turn === 0).length).toBe(20);
    // One and the next, where nothing holds them up.
    expect(Math.max(...turns)).toBeLessThan(10);

    const slow = await serve(() => response('ok'));
    const ramp = open({ startsPerSecond: 100, concurrency: 1_000, rampUpSeconds: 50, holdForSeconds: 0 });
    const { engine } = nativeEngine({ steps: [{ url: slow.url }], loads: [ramp] });
    await engine.prepare();
    const running = engine.run(performance.now() + 5, Date.now());
    setTimeout(() => engine.stop(100), 1_500);
    await running;
    // One more every 50 ms, of whom only those came that a start was there for.
    expect(slow.connections).toBeLessThan(40);
  });

  it('without a bound open up to the cap of the task', async () => {
    const server = await serve(async () => {
      await sleep(50);
      return response('ok');
    });
    const { total } = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ startsPerSecond: 300, holdForSeconds: 0.5 })],
    });
    expect(total).toMatchObject({ requests: 150, lateStarts: 0, droppedStarts: 0 });
    expect(server.connections).toBeGreaterThan(5);
    expect(server.connections).toBeLessThan(limits.openModelUsersPerTaskMax);
  });

  it('that think are not free', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative({
      steps: [{ url: server.url, thinkTimeSeconds: 0.2 }],
      loads: [open({ startsPerSecond: 100, concurrency: 2, holdForSeconds: 0.5 })],
    });
    // Two at once, then two after each 0.2 s.
    expect(total.requests).toBeGreaterThanOrEqual(2);
    expect(total.requests).toBeLessThanOrEqual(6);
    expect(total.plannedStarts).toBe(50);
    expect(total.requests + total.droppedStarts).toBe(50);
  });

  it('that have done their iterations end the run, and later starts are not planned any more', async () => {
    const server = await serve(() => response('ok'));
    const { total, windows } = await runNative({
      steps: [{ url: server.url }, { url: server.url }],
      loads: [open({ startsPerSecond: 100, concurrency: 2, holdForSeconds: 30, iterations: 3 })],
    });
    expect(total.requests).toBe(12);
    expect(total.plannedStarts).toBe(12 + total.droppedStarts);
    expect(windows.length).toBeLessThan(10);
  });
});

describe('times', () => {
  it('count from the planned start: a stall shows in all that waited for it', async () => {
    const server = await serve(async ({ number }) => {
      if (number === 0) await sleep(500);
      return response('ok');
    });
    const { total } = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ startsPerSecond: 100, concurrency: 1, holdForSeconds: 1 })],
    });
    expect(total.plannedStarts).toBe(100);
    expect(total.requests + total.droppedStarts).toBe(100);
    // The starts of the first half second waited, a quarter of a second on average.
    expect(total.lateStarts).toBeGreaterThanOrEqual(49);
    const responseTime = total.responseTime ?? total.serviceTime;
    expect(responseTime.meanUs()).toBeGreaterThan(total.serviceTime.meanUs() + 100_000);
    expect(responseTime.count).toBe(total.requests);
  });

  it('late for want of users is not the lateness of the generator', async () => {
    const server = await serve(async () => {
      await sleep(100);
      return response('ok');
    });
    const { outcome, total } = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ startsPerSecond: 50, concurrency: 1, holdForSeconds: 0.5 })],
    });
    expect(total.lateStarts).toBeGreaterThan(0);
    expect(outcome.startLateness.count).toBe(total.requests - total.lateStarts);
  });
});

describe('accounting', () => {
  it('planned starts are requests, unfinished requests and dropped starts, always', async () => {
    const delaysMs = fc.array(fc.constantFrom(0, 0, 1, 5, 30, 300, -1), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        delaysMs,
        fc.record({
          startsPerSecond: fc.constantFrom(13, 100, 700),
          concurrency: fc.constantFrom(null, 1, 2, 9),
          rampUpSeconds: fc.constantFrom(0, 0.1),
          iterations: fc.constantFrom(null, null, 1, 4),
          thinkTimeSeconds: fc.constantFrom(0, 0, 0.02),
          timeoutSeconds: fc.constantFrom(0.05, 10),
          stopAfterMs: fc.constantFrom(null, null, 60),
        }),
        async (
          delays,
          { startsPerSecond, concurrency, rampUpSeconds, iterations, thinkTimeSeconds, timeoutSeconds, stopAfterMs },
        ) => {
          const server = await scriptedServer(async ({ number }, socket) => {
            const delayMs = delays[number % delays.length] ?? 0;
            if (delayMs < 0) socket.destroy();
            else if (delayMs > 0) await sleep(delayMs);
            return response('ok');
          });
          try {
            const load = open({ startsPerSecond, concurrency, rampUpSeconds, iterations, holdForSeconds: 0.15 });
            const { total } = await runNative(
              {
                steps: [{ url: server.url, thinkTimeSeconds, timeoutSeconds }],
                loads: [load],
                plan: { gracefulStopSeconds: 0.1 },
              },
              (engine, startAtMs) => {
                if (stopAfterMs !== null)
                  setTimeout(() => engine.stop(20), startAtMs - performance.now() + stopAfterMs);
              },
            );
            expect(total.plannedStarts).toBe(total.requests + total.unfinishedRequests + total.droppedStarts);
            const all = Math.round(startsPerSecond * (0.15 + rampUpSeconds / 2));
            if (iterations === null && stopAfterMs === null)
              expect(Math.abs(total.plannedStarts - all)).toBeLessThanOrEqual(1);
            expect(total.lateStarts).toBeLessThanOrEqual(total.requests + total.unfinishedRequests);
            expect(total.serviceTime.count).toBe(total.requests);
            expect(total.responseTime?.count ?? 0).toBe(total.requests);
            // A stale connection is tried again: the server may see more than was counted, never less.
            expect(server.requests.length).toBeGreaterThanOrEqual(total.requests - total.failures);
          } finally {
            await server.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('two executions side by side, counted apart and together', async () => {
    const server = await serve(() => response('ok'));
    const { total, windows } = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ startsPerSecond: 50, holdForSeconds: 1.2 }), closed({ concurrency: 3, iterations: 10 })],
    });
    expect(total).toMatchObject({ requests: 60 + 30, plannedStarts: 90, failures: 0 });
    expect(server.requests.length).toBe(90);
    expect(windows.length).toBeGreaterThanOrEqual(2);
    // Samples of the closed model count with their service time among the response times.
    expect(total.responseTime?.count).toBe(90);
  });
});

/** Iterations as starts of the open model, against real servers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, runNative } from '../testing/run-native.ts';
import { response, scriptedServer } from '../testing/scripted-server.ts';
import { serve } from '../testing/serve-scripted.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const arrivals = (changes: Parameters<typeof open>[0]) => open({ starts: 'iterations', ...changes });
const flow = [{ url: '/a' }, { url: '/b' }, { url: '/c' }];

describe('an iteration that is due', () => {
  it('is walked as a whole', async () => {
    const server = await serve(() => response('ok'));
    const { total, labels, outcome } = await runNative({
      steps: flow,
      flow: { defaultAddress: server.url },
      loads: [arrivals({ startsPerSecond: 20, concurrency: 1, holdForSeconds: 0.5 })],
    });
    const begun = labels.get('/a')?.requests ?? 0;
    // A busy machine may drop the last ones, or stop one halfway.
    expect(begun + total.droppedStarts).toBe(10);
    expect('/a/b/c'.repeat(10)).toContain(server.requests.map(({ path }) => path).join(''));
    expect(labels.get('/c')?.requests).toBeGreaterThanOrEqual(begun - 1);
    expect(total.plannedStarts).toBe(total.requests + total.droppedStarts);
    expect(outcome.startLateness.count).toBe(begun - total.lateStarts);
  });

  it('has its user for itself, thinking included, while others take what else is due', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative({
      steps: [{ url: '/a' }, { url: '/b', thinkTimeSeconds: 0.3 }],
      flow: { defaultAddress: server.url },
      loads: [arrivals({ startsPerSecond: 20, concurrency: 5, holdForSeconds: 0.6 })],
    });
    expect(server.connections).toBe(5);
    expect(total.droppedStarts).toBeGreaterThan(0);
    for (const socket of new Set(server.requests.map(({ numberOnConnection }) => numberOnConnection % 2))) {
      const paths = server.requests.filter(({ numberOnConnection }) => numberOnConnection % 2 === socket);
      expect(new Set(paths.map(({ path }) => path)).size).toBe(1);
    }
  });

  it('counts its lateness with its first request only', async () => {
    const server = await serve(async ({ number }) => {
      if (number === 0) await sleep(400);
      return response('ok');
    });
    const { total, labels } = await runNative({
      steps: flow,
      flow: { defaultAddress: server.url },
      loads: [arrivals({ startsPerSecond: 20, concurrency: 1, holdForSeconds: 1 })],
    });
    expect(labels.get('/a')?.lateStarts).toBeGreaterThanOrEqual(7);
    expect(labels.get('/b')?.lateStarts).toBe(0);
    const responseTime = (label: string) => labels.get(label)?.responseTime ?? labels.get(label)?.serviceTime;
    expect(responseTime('/a')?.sumUs).toBeGreaterThan((labels.get('/a')?.serviceTime.sumUs ?? 0) + 1_000_000);
    expect(responseTime('/b')?.sumUs).toBe(labels.get('/b')?.serviceTime.sumUs);
    expect(total.responseTime?.count).toBe(total.requests);
  });

  it('is accounted for, whatever the server does and however the load ends', async () => {
    const delaysMs = fc.array(fc.constantFrom(0, 0, 1, 5, 30, 300, -1), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        delaysMs,
        fc.record({
          startsPerSecond: fc.constantFrom(13, 100, 400),
          concurrency: fc.constantFrom(null, 1, 2, 9),
          iterations: fc.constantFrom(null, null, 1, 4),
          stopAfterMs: fc.constantFrom(null, null, 60),
        }),
        async (delays, { startsPerSecond, concurrency, iterations, stopAfterMs }) => {
          const server = await scriptedServer(async ({ number }, socket) => {
            const delayMs = delays[number % delays.length] ?? 0;
            if (delayMs < 0) socket.destroy();
            else if (delayMs > 0) await sleep(delayMs);
            return response('ok');
          });
          try {
            const { total, labels } = await runNative(
              {
                steps: flow,
                flow: { defaultAddress: server.url },
                loads: [arrivals({ startsPerSecond, concurrency, iterations, holdForSeconds: 0.15 })],
                plan: { gracefulStopSeconds: 0.1 },
              },
              (engine, startAtMs) => {
                if (stopAfterMs !== null)
                  setTimeout(() => engine.stop(20), startAtMs - performance.now() + stopAfterMs);
              },
            );
            const begun = labels.get('/a')?.plannedStarts ?? 0;
            expect(total.plannedStarts).toBe(total.requests + total.unfinishedRequests + total.droppedStarts);
            if (iterations === null && stopAfterMs === null)
              expect(Math.abs(begun + total.droppedStarts - startsPerSecond * 0.15)).toBeLessThanOrEqual(1);
            expect(labels.get('/b')?.plannedStarts ?? 0).toBeLessThanOrEqual(begun);
            expect(labels.get('/b')?.lateStarts ?? 0).toBe(0);
          } finally {
            await server.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

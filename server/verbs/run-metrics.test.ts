import { beforeEach, describe, expect, it } from 'vitest';
import type { RunLive } from '../../core/api/runs.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { REQUESTS, SEGMENT_SECONDS } from '../folding/fixtures/segments.ts';
import type { RunMeasurement } from '../ports/run-metrics.ts';
import { RunWorld } from './fixtures/run-world.ts';
import { readFoldedLive } from './runs/folded-live.ts';

const LOAD_SECONDS = 4;

describe('what a run tells while it goes on', () => {
  let world: RunWorld;
  let told: RunMeasurement[];
  beforeEach(() => {
    world = new RunWorld();
    told = [];
    world.ports.runMetrics = { report: (measurements) => void told.push(...measurements) };
  });

  const requestsOf = (region: string | null) =>
    told.filter((one) => one.region === region).map(({ requests }) => requests);
  /** Each part once, for each region and for all. */
  function expectWhole(goAtMs: number): void {
    const parts = LOAD_SECONDS / SEGMENT_SECONDS;
    expect(requestsOf('east')).toEqual(Array(parts).fill(SEGMENT_SECONDS * REQUESTS));
    expect(requestsOf('west')).toEqual(Array(parts).fill(SEGMENT_SECONDS * REQUESTS));
    expect(requestsOf(null)).toEqual(Array(parts).fill(2 * SEGMENT_SECONDS * REQUESTS));
    const ends = told.filter(({ region }) => region === null).map(({ atMs }) => atMs);
    expect(ends).toEqual(Array.from({ length: parts }, (_, i) => goAtMs + (i + 1) * SEGMENT_SECONDS * 1000));
  }

  it('is each folded part, for each region and for all together', async () => {
    const { id } = await world.startAndTake();
    const { goAtMs } = await world.runToEnd(id);
    expectWhole(goAtMs ?? 0);
    const all = told.find(({ region }) => region === null);
    expect(all).toMatchObject({ runId: id, users: 2, responseTimeMs: { p50: 5, p95: 5, p99: 5 } });
  });

  it('is told once, whoever ticks and whatever is lost', async () => {
    world.memories = null;
    const put = world.objects.put.bind(world.objects);
    let checkpoints = 0;
    world.ports.objects = {
      ...world.objects,
      put: async (key, ...rest) => {
        // Every other checkpoint is lost, and what was not noted is not told either.
        if (key.endsWith(runFolderPaths.checkpoint) && ++checkpoints % 2 === 1) throw new Error('away');
        return put(key, ...rest);
      },
    };
    const { id } = await world.startAndTake();
    const { goAtMs } = await world.runToEnd(id);
    expect(checkpoints).toBeGreaterThan(2);
    expectWhole(goAtMs ?? 0);
  });

  it('can be asked for while it goes on, whoever ticks', async () => {
    world.memories = null;
    const { id } = await world.startAndTake();
    const seen: (RunLive | null)[] = [];
    await world.runToEnd(id, async ({ phase }) => {
      if (phase === 'running') seen.push(await readFoldedLive(world.ports, id));
    });
    expect(seen[0]).toBeNull();
    const last = seen.findLast((live) => live !== null);
    const parts = ((last?.second ?? 0) + 1) / SEGMENT_SECONDS;
    expect(last).toEqual({
      second: parts * SEGMENT_SECONDS - 1,
      users: 2,
      requests: parts * 2 * SEGMENT_SECONDS * REQUESTS,
      failures: expect.any(Number),
      requestsPerSecond: 2 * REQUESTS,
      p95Ms: 5,
      tasksReady: 2,
    });
  });

  it('is nothing where nothing was measured', async () => {
    const { id } = await world.startAndTake();
    await world.tick(id);
    expect(told).toEqual([]);
  });
});

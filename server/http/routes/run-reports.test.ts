import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunTask, reportResourceSchema, runTaskPageSchema } from '../../../core/api/runs.ts';
import { limits } from '../../../core/limits.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { RunWorld } from '../../verbs/fixtures/run-world.ts';
import { takeQueuedRuns } from '../../verbs/take-queued-runs.ts';
import { problemOf } from '../fixtures/sample-server.ts';
import { startServer, type TestServer } from '../fixtures/start-server.ts';

let world: RunWorld;
let server: TestServer;

beforeEach(async () => {
  world = new RunWorld();
  server = await startServer({ app: { ...world.ports, nowMs: world.clock.now } });
});
afterEach(() => server.close(0));

const tasksOf = async (runId: string, query = '') =>
  runTaskPageSchema.strict().parse(await (await server.call(`/api/runs/${runId}/tasks${query}`)).json());

describe('the report of a run', () => {
  it('comes with its end, as it was stored', async () => {
    const { id } = await world.startAndTake();
    const early = await problemOf(await server.call(`/api/runs/${id}/report`));
    expect(early).toMatchObject({
      status: 404,
      code: 'report_not_ready',
      detail: expect.stringContaining('provisioning'),
    });
    await world.runToEnd(id);
    const answer = await server.call(`/api/runs/${id}/report`);
    const text = await answer.text();
    const stored = await world.objects.get(`runs/${id}/${runFolderPaths.report}`);
    expect(text).toBe(Buffer.from(stored?.body ?? []).toString());
    expect(reportResourceSchema.parse(JSON.parse(text))).toMatchObject({
      runId: id,
      status: 'complete',
      partial: false,
    });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  it('is partial for a run that was broken off', async () => {
    const { id } = await world.startAndTake();
    let ended = false;
    await world.runToEnd(id, (run) => {
      if (run.phase !== 'running' || run.goAtMs === null || world.clock.now() < run.goAtMs + 2_500 || ended) return;
      ended = true;
      world.launcher.end(id, { region: 'west', task: 0 }, 'ended by SIGKILL');
    });
    const report = reportResourceSchema.parse(await (await server.call(`/api/runs/${id}/report`)).json());
    expect(report).toMatchObject({ status: 'failed', partial: true, tasksLost: 1 });
  });

  it('is not found when the run has ended without one', async () => {
    const { id } = await world.startAndTake();
    await world.runToEnd(id);
    await world.objects.delete(`runs/${id}/${runFolderPaths.report}`);
    expect((await problemOf(await server.call(`/api/runs/${id}/report`))).code).toBe('not_found');
  });

  it('above 5 MB lies behind a signed URL', async () => {
    const { id } = await world.startAndTake();
    await world.runToEnd(id);
    const large = Buffer.from(JSON.stringify({ remarks: ['x'.repeat(limits.apiBodyBytesMax)] }));
    await world.objects.put(`runs/${id}/${runFolderPaths.report}`, large);
    expect((await server.call(`/api/runs/${id}/report`, { redirect: 'manual' })).status).toBe(302);
    const answer = await server.call(`/api/runs/${id}/report`);
    expect(large.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  });
});

describe('the tasks of a run', () => {
  it('go from planned to delivered, each with its own statistics', async () => {
    const queued = await world.start({ regions: { east: 2, west: 1 } });
    const seen: string[] = [];
    const look = async (runId: string) => {
      const states = (await tasksOf(runId)).items.map(({ state }) => state);
      const [first] = states;
      if (first !== undefined && states.every((state) => state === first) && seen.at(-1) !== first) seen.push(first);
    };
    await look(queued.id);

    await takeQueuedRuns(world.ports);
    await world.runToEnd(queued.id, () => look(queued.id));
    await look(queued.id);
    expect(seen).toEqual(['planned', 'starting', 'ready', 'running', 'delivered']);
    const { items, nextCursor } = await tasksOf(queued.id);
    expect(items.map(({ region, task }) => [region, task])).toEqual([
      ['east', 0],
      ['east', 1],
      ['west', 0],
    ]);
    expect(nextCursor).toBeNull();
    for (const { statistics, health, reason } of items) {
      expect(statistics).toMatchObject({ requests: 40, failures: 4, codes: { '200': 36, '500': 4 } });
      expect(statistics?.responseTimeMs).toMatchObject({ min: 5, mean: 5, p50: 5, p99: 5, max: 5, stdev: 0 });
      expect(health?.cpuPercentMax).toBe(10);
      expect(reason).toBeNull();
    }
  });

  it('that were lost say why', async () => {
    const { id } = await world.startAndTake({ regions: { east: 2 }, healthyThresholdPercent: 50 });
    let ended = false;
    await world.runToEnd(id, (run) => {
      if (run.phase !== 'running' || run.goAtMs === null || world.clock.now() < run.goAtMs || ended) return;
      ended = true;
      world.launcher.end(id, { region: 'east', task: 1 }, 'ended by SIGKILL');
    });
    const { items } = await tasksOf(id);
    expect(items.map(({ state }) => state)).toEqual(['delivered', 'lost']);
    expect(items[1]).toMatchObject({ reason: expect.stringContaining('SIGKILL'), statistics: null, health: null });
  });

  it('are listed page by page', async () => {
    world.launcher.setCapacity('east', 25);
    world.launcher.setCapacity('west', 20);
    const { id } = await world.start({ regions: { east: 25, west: 20 } });
    const found: RunTask[] = [];
    let cursor: string | null = null;
    do {
      const page = await tasksOf(id, `?limit=10${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(10);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(found.map(({ region, task }) => `${region}/${task}`)).size).toBe(45);
    expect(found).toHaveLength(45);
    for (const bad of [
      'x',
      Buffer.from('task 45').toString('base64url'),
      Buffer.from('task -1').toString('base64url'),
    ]) {
      expect((await problemOf(await server.call(`/api/runs/${id}/tasks?cursor=${bad}`))).code).toBe('option_invalid');
    }
  });
});

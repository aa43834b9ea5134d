import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  breakdownSchema,
  distributionSchema,
  heatmapSchema,
  runPlanSchema,
  type Series,
  seriesSchema,
} from '../../../core/api/runs.ts';
import { summarize, summarizeDistribution } from '../../../core/report/summarize.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { SegmentWriter } from '../../../core/statistics/segment.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { createMemoryObjectStore } from '../../adapters/memory/memory-object-store.ts';
import { createMemoryStores } from '../../adapters/memory/memory-stores.ts';
import { foldingPlan, land, segment } from '../../folding/fixtures/segments.ts';
import { openRunFolder } from '../../run-folder/run-folder.ts';
import { writeSegmentFile } from '../../run-folder/segment-files.ts';
import {
  GO_AT_MS,
  type MeasuredRun,
  type MeasuredSample,
  RUN_ID,
  recordMeasured,
  storeMeasuredRun,
} from '../../verbs/results/fixtures/measured-run.ts';
import { problemOf } from '../fixtures/sample-server.ts';
import { startServer, type TestServer } from '../fixtures/start-server.ts';

const SECONDS = 95;
const DAY_SECONDS = 86_400;
let server: TestServer;
let measured: MeasuredRun;
let stores: ReturnType<typeof createMemoryStores>;
let objects: ReturnType<typeof createMemoryObjectStore>;
let nowMs: number;

beforeEach(async () => {
  stores = createMemoryStores();
  objects = createMemoryObjectStore();
  nowMs = GO_AT_MS + 10 * SECONDS * 1000;
  measured = await storeMeasuredRun({ ...stores, objects }, { seconds: SECONDS });
  server = await startServer({ app: { ...stores, objects, nowMs: () => nowMs } });
});
afterEach(() => server.close(0));

const get = (path: string) => server.call(`/api/runs/${RUN_ID}/${path}`);
const series = async (query = '') => seriesSchema.strict().parse(await (await get(`series${query}`)).json());
const distribution = async (query = '') =>
  distributionSchema.strict().parse(await (await get(`distribution${query}`)).json());

function addedUp(wanted: (sample: MeasuredSample) => boolean): Statistics {
  const statistics = new Statistics();
  for (const sample of measured.samples) if (wanted(sample)) recordMeasured(statistics, sample);
  return statistics;
}

/** Users at once, the largest second of some. */
function usersMax(from: number, to: number, regions = ['east', 'west']): number {
  let most = 0;
  for (let second = from; second < Math.min(to, SECONDS); second++) {
    const users = regions.map((region) => measured.users.get(region)?.[second] ?? 0);
    most = Math.max(
      most,
      users.reduce((sum, each) => sum + each, 0),
    );
  }
  return most;
}

function expectPoint(point: Series['points'][number], wanted: (sample: MeasuredSample) => boolean): void {
  const end = point.second + point.seconds;
  const statistics = addedUp((sample) => sample.second >= point.second && sample.second < end && wanted(sample));
  expect(point).toMatchObject({
    requests: statistics.requests,
    failures: statistics.failures,
    requestsPerSecond: statistics.requests / point.seconds,
    bytesSentPerSecond: statistics.bytesSent / point.seconds,
    bytesReceivedPerSecond: statistics.bytesReceived / point.seconds,
    codes: Object.fromEntries(statistics.codes),
    responseTimeMs: summarizeDistribution(statistics.splitResponseTime()),
  });
}

describe('the series of a run', () => {
  it('has every second that was measured, exactly', async () => {
    const { resolutionSeconds, points } = await series();
    expect(resolutionSeconds).toBe(1);
    const all = Array.from({ length: SECONDS }, (_, second) => second).filter((second) => second !== 7);
    expect(points.map(({ second }) => second)).toEqual(all);
    for (const point of points) {
      expectPoint(point, () => true);
      expect(point).toMatchObject({ seconds: 1, users: usersMax(point.second, point.second + 1) });
    }
  });

  it('is merged to coarser points, of which the last one is shorter', async () => {
    const { resolutionSeconds, points } = await series('?resolution=10');
    expect(resolutionSeconds).toBe(10);
    expect(points.map(({ second, seconds }) => [second, seconds])).toEqual([
      ...Array.from({ length: 9 }, (_, i) => [i * 10, 10]),
      [90, 5],
    ]);
    for (const point of points) {
      expectPoint(point, () => true);
      expect(point.users).toBe(usersMax(point.second, point.second + point.seconds));
    }
  });

  it('is told for a part: some of its time, a region, a label', async () => {
    const { points } = await series('?from=13&to=68&resolution=60&region=east&label=search');
    expect(points.map(({ second, seconds }) => [second, seconds])).toEqual([
      [13, 47],
      [60, 8],
    ]);
    for (const point of points) {
      expectPoint(point, ({ region, label }) => region === 'east' && label === 'search');
      // Two tasks with a request under way each: the fixture's.
      expect(point.users).toBe(2);
    }
    expect((await series('?region=west&resolution=60')).points[0]?.users).toBe(usersMax(0, 60, ['west']));
    expect((await series('?label=nobody%20has%20this&from=0&to=2')).points).toMatchObject([
      { requests: 0, codes: {} },
      { requests: 0 },
    ]);
    expect(await series('?from=95')).toEqual({ resolutionSeconds: 1, points: [] });
    expect((await series('?from=94')).points).toHaveLength(1);
  });

  it('is what is folded by now while the run goes on', async () => {
    await stores.runs.delete(RUN_ID);
    await stores.runs.create({ ...measured.run, phase: 'running', outcome: null, endedAtMs: null, verdict: null });
    const folder = openRunFolder(objects, RUN_ID);
    await objects.delete(`runs/${RUN_ID}/${runFolderPaths.folded('west', 3)}`);
    await objects.delete(`runs/${RUN_ID}/${runFolderPaths.folded('east', 4)}`);
    await objects.delete(`runs/${RUN_ID}/${runFolderPaths.folded('west', 4)}`);
    nowMs = GO_AT_MS + 24_500;
    const { points } = await series();
    expect(points.at(-1)?.second).toBe(19);
    expectPoint(
      points.find(({ second }) => second === 16) as Series['points'][number],
      (each) => each.region === 'east',
    );
    expect(await folder.get(runFolderPaths.report)).toBeNull();
  });

  it('is empty before go', async () => {
    await stores.runs.delete(RUN_ID);
    await stores.runs.create({ ...measured.run, phase: 'provisioning', goAtMs: null, endedAtMs: null, verdict: null });
    expect(await series()).toEqual({ resolutionSeconds: 1, points: [] });
    expect(await distribution()).toMatchObject({ from: 0, to: 0, statistics: { requests: 0 }, responseTime: [] });
  });

  it.each([
    ['from=5&to=5', 'to'],
    ['from=9&to=3', 'to'],
    ['from=-1', 'from'],
    ['from=1.5', 'from'],
    ['to=0', 'to'],
    ['to=99999999', 'to'],
    ['region=north', 'region'],
    ['region=..', 'region'],
    ['resolution=7', 'resolution'],
    ['resolution=1&resolution=10', 'resolution'],
    [`label=${'x'.repeat(1_001)}`, 'label'],
    ['percentile=95', 'percentile'],
  ])('is refused for %s', async (query, field) => {
    const problem = await problemOf(await get(`series?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'request_invalid', fields: [{ path: `query.${field}` }] });
  });

  it.each([
    'series',
    'distribution',
    'report',
    'tasks',
    'artifacts',
    'artifacts.zip',
    'artifacts/a',
    'tasks/east/0/log',
  ])('and the other results are not found for no run: %s', async (what) => {
    expect((await problemOf(await server.call(`/api/runs/other/${what}`))).code).toBe('not_found');
    expect((await fetch(`${server.url}/api/runs/${RUN_ID}/${what}`)).status).toBe(401);
  });
});

/** A day with one request a minute: many segments, little in them. */
async function storeDay(): Promise<void> {
  await stores.runs.create({ ...measured.run, id: 'day', endedAtMs: GO_AT_MS + DAY_SECONDS * 1000 });
  const folder = openRunFolder(objects, 'day');
  const seconds = { durationSeconds: DAY_SECONDS, deadlineSeconds: DAY_SECONDS + 60, segmentSeconds: 30 };
  const plan = foldingPlan({ ...seconds, runId: 'day' });
  const executions = plan.executions.map((execution) => {
    if (execution.load.model !== 'closed') return execution;
    return { ...execution, load: { ...execution.load, endSeconds: DAY_SECONDS } };
  });
  await folder.put(runFolderPaths.plan, Buffer.from(JSON.stringify({ ...plan, executions })));
  const statistics = new Statistics();
  recordMeasured(statistics, { region: 'east', second: 0, label: 'a', serviceUs: 1, responseUs: 1, code: 200 });
  for (let index = 0; index < DAY_SECONDS / 30; index += 2) {
    const writer = new SegmentWriter({ region: 'east', tasks: [0], index, firstSecond: index * 30, seconds: 30 });
    writer.addWindow({ second: index * 30, labels: new Map([['a', statistics]]), task: new Statistics() });
    await writeSegmentFile(folder, runFolderPaths.folded('east', index), writer.finish());
  }
}

describe('the series of a long run', () => {
  it('has as many points as can be looked at, and no more than an answer may hold', async () => {
    await storeDay();
    const day = async (query: string) => server.call(`/api/runs/day/series${query}`);
    const { resolutionSeconds, points } = seriesSchema.parse(await (await day('')).json());
    expect([resolutionSeconds, points.length]).toEqual([300, DAY_SECONDS / 300]);
    expect(points.every(({ requests, seconds }) => requests === 5 && seconds <= 300)).toBe(true);
    expect(seriesSchema.parse(await (await day('?resolution=60')).json()).points).toHaveLength(DAY_SECONDS / 60);
    const problem = await problemOf(await day('?resolution=1'));
    expect(problem).toMatchObject({ code: 'request_invalid', fields: [{ path: 'query.resolution' }] });
    const hour = seriesSchema.parse(await (await day('?resolution=1&from=3600&to=7200')).json());
    expect(hour.points.map(({ second }) => second)).toEqual(Array.from({ length: 60 }, (_, i) => 3600 + i * 60));
  });

  it('is read no further when the client goes', async () => {
    await storeDay();
    let reads = 0;
    const slow = {
      ...objects,
      get: async (key: string) => {
        if (key.endsWith('.seg')) reads++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return objects.get(key);
      },
    };
    const slowServer = await startServer({ app: { ...stores, objects: slow, nowMs: () => nowMs } });
    try {
      const gone = new AbortController();
      const answering = slowServer.call('/api/runs/day/series', { signal: gone.signal });
      await expect.poll(() => reads).toBeGreaterThan(5);
      gone.abort();
      await expect(answering).rejects.toThrow();
      const isQuiet = async () => {
        const before = reads;
        await new Promise((resolve) => setTimeout(resolve, 200));
        return reads === before;
      };
      await expect.poll(isQuiet, { timeout: 20_000 }).toBe(true);
      expect(reads).toBeLessThan(DAY_SECONDS / 60);
    } finally {
      await slowServer.close(0);
    }
  });
});

describe('the distribution of a run', () => {
  it('is as exact as all its samples added up', async () => {
    const whole = await distribution();
    const statistics = Object.assign(
      addedUp(() => true),
      { concurrencyMax: usersMax(0, SECONDS) },
    );
    expect(whole).toMatchObject({
      from: 0,
      to: SECONDS,
      statistics: JSON.parse(JSON.stringify(summarize(statistics))),
    });
    const count = (buckets: { count: number }[]) => buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    expect(count(whole.responseTime)).toBe(measured.samples.length);
    expect(count(whole.serviceTime)).toBe(measured.samples.length);
    for (const { fromUs, toUs, count: counted } of whole.serviceTime) {
      const inside = measured.samples.filter(({ serviceUs }) => serviceUs >= fromUs && serviceUs <= toUs);
      expect(inside).toHaveLength(counted);
    }
    expect(whole.responseTime).not.toEqual(whole.serviceTime);
  });

  it.each([
    [3, 4],
    [0, 95],
    [18, 22],
    [19, 61],
    [90, 4_000],
  ])('is that of any of its time: from %i, before %i', async (from, to) => {
    for (const [query, wanted] of [
      ['', () => true],
      ['&region=west', ({ region }: MeasuredSample) => region === 'west'],
      ['&label=home', ({ label }: MeasuredSample) => label === 'home'],
    ] as const) {
      const told = await distribution(`?from=${from}&to=${to}${query}`);
      const end = Math.min(to, SECONDS);
      const statistics = addedUp((each) => each.second >= from && each.second < end && wanted(each));
      const { concurrencyMax: _, ...expected } = summarize(statistics, end - from);
      expect(told).toMatchObject({ from, to: end, statistics: JSON.parse(JSON.stringify(expected)) });
    }
  });

  it('puts a damaged folded segment together again from those of the tasks', async () => {
    await stores.runs.create({ ...measured.run, id: 'run-2' });
    const folder = openRunFolder(objects, 'run-2');
    const plan = await openRunFolder(objects, RUN_ID).get(runFolderPaths.plan);
    const own = JSON.parse(Buffer.from(plan ?? []).toString());
    await folder.put(runFolderPaths.plan, Buffer.from(JSON.stringify({ ...own, segmentSeconds: 2 })));
    await folder.put(runFolderPaths.folded('east', 1), Buffer.from('damaged'));
    for (const task of [0, 1]) await land(folder, { region: 'east', task }, 1, segment({ region: 'east', task }, 1));
    const { points } = seriesSchema.parse(await (await server.call('/api/runs/run-2/series')).json());
    expect(points).toMatchObject([
      { second: 2, requests: 20, users: 2 },
      { second: 3, requests: 20 },
    ]);
  });
});

describe('the breakdown of a run', () => {
  const breakdown = async (query = '') => breakdownSchema.strict().parse(await (await get(`breakdown${query}`)).json());

  it.each([
    ['', 0, Number.POSITIVE_INFINITY],
    ['?from=13&to=68', 13, 68],
    ['?from=20&to=21', 20, 21],
  ])('is what its samples add up to%s', async (query, from, to) => {
    const told = await breakdown(query);
    const inside = ({ second }: MeasuredSample) => second >= from && second < to;
    const duration = query === '' ? undefined : to - from;
    const expected = (wanted: (sample: MeasuredSample) => boolean) => {
      const {
        concurrencyMax: _,
        requestsPerSecond: _rate,
        ...summary
      } = summarize(
        addedUp((sample) => inside(sample) && wanted(sample)),
        duration,
      );
      return summary;
    };
    expect(told.total).toMatchObject(expected(() => true));
    expect(told.total.concurrencyMax).toBe(usersMax(from, to));
    for (const label of ['home', 'search']) {
      expect(told.labels.find((one) => one.label === label)).toMatchObject(
        expected((sample) => sample.label === label),
      );
    }
    for (const region of ['east', 'west']) {
      expect(told.regions[region]).toMatchObject(expected((sample) => sample.region === region));
      expect(told.regions[region]?.concurrencyMax).toBe(usersMax(from, to, [region]));
    }
    if (duration !== undefined) expect(told.total.requestsPerSecond).toBeCloseTo(told.total.requests / duration, 9);
  });

  it('is empty where nothing was measured, and refused where there is no time', async () => {
    expect(await breakdown('?from=95')).toMatchObject({ total: { requests: 0 }, labels: [] });
    expect(await problemOf(await get('breakdown?from=5&to=5'))).toMatchObject({ code: 'request_invalid' });
    expect((await get('breakdown?label=home')).status).toBe(400);
  });
});

describe('the heatmap of a run', () => {
  it('has every request in the cell where it belongs', async () => {
    const told = heatmapSchema.strict().parse(await (await get('heatmap?label=home')).json());
    expect(told.edgesUs).toEqual(told.edgesUs.toSorted((one, other) => one - other));
    for (const { counts, second, seconds } of told.columns) {
      const expected = new Array<number>(told.edgesUs.length - 1).fill(0);
      for (const sample of measured.samples) {
        if (sample.label !== 'home' || sample.second < second || sample.second >= second + seconds) continue;
        expected[told.edgesUs.findLastIndex((edge) => edge <= sample.responseUs)]!++;
      }
      expect(counts).toEqual(expected);
    }
    const counted = told.columns.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(measured.samples.filter(({ label }) => label === 'home').length);
  });

  it('is empty without samples', async () => {
    const told = heatmapSchema.parse(await (await get('heatmap?from=90&to=91&label=nobody')).json());
    expect(told.columns.every(({ counts }) => counts.every((count) => count === 0))).toBe(true);
  });
});

describe('the plan of a run', () => {
  it('is told with when each execution begins', async () => {
    const told = runPlanSchema.strict().parse(await (await get('plan')).json());
    expect(told).toMatchObject({
      tasks: 3,
      executions: [{ model: 'closed', unit: 'users', beginSeconds: 0, curve: [{ seconds: 60, from: 3, to: 3 }] }],
    });
  });
});

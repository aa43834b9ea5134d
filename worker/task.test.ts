import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { LoadstarError } from '../core/errors.ts';
import { readTaurusXml } from '../core/report/taurus-xml.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { parseWindowLine } from '../core/run-folder/window-line.ts';
import { readHdrLog } from '../core/statistics/hdr-log.ts';
import { readSegment } from '../core/statistics/segment.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { totalOfWindow } from '../core/statistics/window.ts';
import { systemError } from './testing/folders.ts';
import { createTaskWorld, type TaskWorld, type WorldOptions } from './testing/task-world.ts';

const id = { region: 'local', task: 1 };
const resultPaths = [runFolderPaths.totals(id), runFolderPaths.done(id), runFolderPaths.xml(id)];
const worlds: TaskWorld[] = [];

async function world(options?: WorldOptions): Promise<TaskWorld> {
  const created = await createTaskWorld(options);
  worlds.push(created);
  return created;
}
afterEach(async () => {
  for (const created of worlds.splice(0)) await created.remove();
});

/** Requests per second of the run, as the segments have them; checks where each segment lies. */
async function secondsInSegments({ read, done }: TaskWorld, segmentSeconds = 5): Promise<number[]> {
  const seconds: number[] = [];
  const segments = (await done())?.segments ?? 0;
  for (let k = 0; k < segments; k++) {
    const bytes = zstdDecompressSync((await read(runFolderPaths.segment(id, k))) ?? new Uint8Array());
    const header = readSegment(bytes, (window) => {
      seconds[window.second] = totalOfWindow(window).requests;
    });
    expect(header).toMatchObject({
      region: 'local',
      tasks: [1],
      index: k,
      firstSecond: k * segmentSeconds,
      seconds: segmentSeconds,
    });
  }
  expect(await read(runFolderPaths.segment(id, segments))).toBeNull();
  return seconds;
}

/** Runs a task that gets go 4 s from now, and `then` happens `seconds` after go. */
async function runWithGo(task: TaskWorld, secondsAfterGo?: number, then?: () => unknown): Promise<string> {
  const exit = task.start();
  await task.order('go', { goAtMs: task.clock.epochMs() + 4_000 });
  if (secondsAfterGo !== undefined) {
    await task.clock.advance(4_000 + secondsAfterGo * 1_000);
    await then?.();
  }
  return task.clock.runUntil(exit);
}

describe('a task that runs to its end', () => {
  it('delivers segments, totals, reason and, last of all, the XML; and all agree', async () => {
    const task = await world();
    expect(await runWithGo(task)).toBe('completed');
    expect(task.writes).toEqual([
      runFolderPaths.ready(id),
      ...[0, 1, 2].map((k) => runFolderPaths.segment(id, k)),
      ...resultPaths,
    ]);
    expect(await secondsInSegments(task)).toEqual(Array(12).fill(40));
    expect(await task.done()).toEqual({
      ...id,
      exit: 'completed',
      error: null,
      segments: 3,
      requests: 480,
      failures: 48,
      lastEndedUs: 11_900_000,
      health: {
        cpuPercentMax: 50,
        cpuPercentMean: 50,
        cpuSaturatedSecondsMax: 0,
        eventLoopLagMs: { p50: 0.1, p99: 0.2, max: 0.3 },
        startLatenessMs: { p50: 1.5, p99: 1.5, max: 1.5 },
        startSkewMs: 0.25,
        memoryBytesMax: 1_000,
      },
    });
    const hdr = readHdrLog((await task.read(runFolderPaths.totals(id)))?.toString() ?? '');
    expect([...hdr.keys()].sort()).toEqual(['home', 'search']);
    const xml = readTaurusXml((await task.read(runFolderPaths.xml(id)))?.toString() ?? '');
    expect(xml.durationSeconds).toBeCloseTo(11.9, 6);
    expect(xml.total).toMatchObject({ samples: 480, successes: 432, failures: 48, concurrency: 7 });
    expect(xml.labels.map(({ label, samples }) => [label, samples])).toEqual([
      ['home', 240],
      ['search', 240],
    ]);
  });

  it('names the instant of go in its totals, and leaves the folder alone afterwards', async () => {
    const task = await world();
    const goAtMs = task.clock.epochMs() + 4_000;
    await runWithGo(task);
    const hdr = (await task.read(runFolderPaths.totals(id)))?.toString() ?? '';
    expect(hdr).toContain(`#[StartTime: ${(goAtMs / 1_000).toFixed(3)}`);
    task.reads.length = 0;
    await task.clock.advance(10_000);
    expect(task.reads).toEqual([]);
  });

  it('prints a line for every live interval', async () => {
    const task = await world({ plan: { liveIntervalSeconds: 5 } });
    await runWithGo(task);
    const windows = task.lines.map((line) => parseWindowLine(line));
    expect(windows.map((window) => [window?.second, window?.seconds, window?.total.requests])).toEqual([
      [0, 5, 200],
      [5, 5, 200],
      [10, 2, 80],
    ]);
    expect(windows[0]?.total.concurrencyMax).toBe(7);

    const silent = await world({ plan: { liveIntervalSeconds: null } });
    await runWithGo(silent);
    expect(silent.lines).toEqual([]);
  });

  it('has segments of the length that the plan wants', async () => {
    const task = await world({ plan: { segmentSeconds: 7 } });
    await runWithGo(task);
    expect(await secondsInSegments(task, 7)).toEqual(Array(12).fill(40));
    expect((await task.done())?.segments).toBe(2);
  });

  it('marks itself ready once prepared, and starts its engine at the instant ordered', async () => {
    let prepared = (): void => {};
    const task = await world({ script: { prepare: () => new Promise((resolve) => (prepared = resolve)) } });
    const exit = task.start();
    await task.order('wait');
    await task.clock.advance(3_000);
    expect(await task.ready()).toBeNull();
    prepared();
    await task.clock.advance(3_000);
    expect(await task.ready()).toMatchObject({ ...id, workerVersion: '0.0.0', clockOffsetMs: 0 });

    const goAtMs = task.clock.epochMs() + 5_000;
    await task.order('go', { goAtMs });
    await task.clock.runUntil(exit);
    const calls = task.engine()?.calls ?? [];
    expect(calls.map(({ call }) => call)).toEqual(['prepare', 'run']);
    expect(calls[1]?.argument).toBe(task.clock.monotonicMsAt(goAtMs));
    expect((calls[1]?.argument ?? 0) - (calls[1]?.atMs ?? 0)).toBe(250);
  });

  it("corrects go by its clock's offset", async () => {
    const task = await world({ folder: (inner) => ({ ...inner, clockOffsetMs: async () => 60_000 }) });
    const exit = task.start();
    const goAtMs = task.clock.epochMs() + 60_000 + 4_000;
    await task.order('go', { goAtMs });
    await task.clock.runUntil(exit);
    expect((await task.ready())?.clockOffsetMs).toBe(60_000);
    expect(task.engine()?.calls[1]?.argument).toBe(task.clock.monotonicMsAt(goAtMs - 60_000));
  });

  it('starts at once when go has passed, and says how late it is', async () => {
    const task = await world();
    const exit = task.start();
    await task.clock.advance(2_000);
    const goAtMs = task.clock.epochMs() - 1_000;
    await task.order('go', { goAtMs });
    await task.clock.runUntil(exit);
    const run = task.engine()?.calls[1];
    const lateMs = (run?.argument ?? 0) - task.clock.monotonicMsAt(goAtMs);
    expect(lateMs).toBeGreaterThanOrEqual(1_000);
    expect(lateMs).toBeLessThan(1_300);
    expect((await task.done())?.health.startSkewMs).toBeCloseTo(lateMs + 0.25, 6);
    expect(await secondsInSegments(task)).toHaveLength(12);
  });

  it("reads the scenario's files, and no others", async () => {
    const task = await world();
    const readings: Promise<unknown>[] = [];
    const { createEngine } = task.context;
    task.context.createEngine = (context) => {
      for (const path of ['body.json', 'none.json', '../plan.json', 'big.bin']) readings.push(context.readFile(path));
      for (const reading of readings) reading.catch(() => {});
      return createEngine(context);
    };
    await mkdir(join(task.root, 'files'));
    await writeFile(join(task.root, 'files/body.json'), '{"a":1}');
    await writeFile(join(task.root, 'files/big.bin'), Buffer.alloc(50 * 1024 * 1024 + 1));
    await runWithGo(task, 0, () => task.order('stop'));
    const [body, none, outside, big] = await Promise.allSettled(readings);
    expect(body).toMatchObject({ status: 'fulfilled', value: Buffer.from('{"a":1}') });
    expect(none).toMatchObject({ reason: { code: 'scenario_file_missing' } });
    expect(outside).toMatchObject({ reason: { code: 'run_folder_invalid' } });
    expect(big).toMatchObject({ reason: { code: 'scenario_too_large' } });
  });

  it('runs nothing when its result is there already, and says what became of it', async () => {
    const task = await world();
    await runWithGo(task, 2, () => task.order('stop'));
    const before = await Promise.all(resultPaths.map((path) => task.read(path)));
    task.writes.length = 0;
    expect(await task.run()).toBe('stopped');
    expect(task.writes).toEqual([]);
    expect(await Promise.all(resultPaths.map((path) => task.read(path)))).toEqual(before);
  });
});

describe('a task that is told to stop', () => {
  const orders: [string, (task: TaskWorld) => unknown][] = [
    ['by control', (task) => task.order('stop', { stopReason: 'cancelled' })],
    ['by a signal', (task) => task.stop.abort()],
  ];

  it.each(orders)('%s while it prepares, delivers an empty result', async (_how, order) => {
    const task = await world({ script: { prepare: () => new Promise(() => {}) } });
    const exit = task.start();
    await task.clock.advance(1_000);
    await order(task);
    expect(await task.clock.runUntil(exit)).toBe('stopped');
    expect(task.engine()?.calls.map(({ call }) => call)).toEqual(['prepare', 'stop']);
    expect(task.writes).toEqual(resultPaths);
  });

  it.each(orders)('%s while it waits, delivers an empty result', async (_how, order) => {
    const task = await world();
    const exit = task.start();
    await task.clock.advance(2_000);
    await order(task);
    expect(await task.clock.runUntil(exit)).toBe('stopped');
    expect(await task.done()).toMatchObject({ exit: 'stopped', error: null, segments: 0, requests: 0, lastEndedUs: 0 });
    expect(task.writes).toEqual([runFolderPaths.ready(id), ...resultPaths]);
    expect(readHdrLog((await task.read(runFolderPaths.totals(id)))?.toString() ?? '').size).toBe(0);
    expect(task.engine()?.calls.map(({ call }) => call)).toEqual(['prepare', 'stop']);
    expect(task.lines).toEqual([]);
  });

  it.each(orders)('%s between go and the start, never starts', async (_how, order) => {
    const task = await world();
    expect(await runWithGo(task, -1, () => order(task))).toBe('stopped');
    expect(task.engine()?.calls.map(({ call }) => call)).toEqual(['prepare', 'stop']);
    expect((await task.done())?.requests).toBe(0);
  });

  it.each(orders)('%s under load, delivers what it has within seconds', async (_how, order) => {
    const task = await world();
    let orderedAtMs = 0;
    const exit = await runWithGo(task, 7.5, () => {
      orderedAtMs = task.clock.monotonicMs();
      return order(task);
    });
    expect(exit).toBe('stopped');
    expect(task.clock.monotonicMs() - orderedAtMs).toBeLessThan(1_000);
    const stops = task.engine()?.calls.filter(({ call }) => call === 'stop');
    expect(stops).toMatchObject([{ argument: 2_000 }]);
    expect(await secondsInSegments(task)).toEqual(Array(8).fill(40));
    expect(await task.done()).toMatchObject({ exit: 'stopped', error: null, segments: 2, requests: 320 });
    expect(task.writes.slice(-3)).toEqual(resultPaths);
  });

  it('before it was started, makes no engine', async () => {
    const task = await world();
    task.stop.abort();
    expect(await task.run()).toBe('stopped');
    expect(task.engine()).toBeNull();
    expect(task.writes).toEqual(resultPaths);
  });
});

describe('a task that hears nothing from the control plane', () => {
  it('ends when the lease runs out under load, and delivers', async () => {
    const task = await world({ script: { seconds: 60 } });
    let silentSinceMs = 0;
    const exit = await runWithGo(task, 3, () => {
      silentSinceMs = task.clock.monotonicMs();
      task.silence();
    });
    expect(exit).toBe('lease-expired');
    const lastedMs = task.clock.monotonicMs() - silentSinceMs;
    expect(lastedMs).toBeGreaterThan(8_500);
    expect(lastedMs).toBeLessThan(10_500);
    const done = await task.done();
    expect(done).toMatchObject({ exit: 'lease-expired', error: null });
    expect(await secondsInSegments(task)).toHaveLength((done?.requests ?? 0) / 40);
    expect(task.writes.slice(-3)).toEqual(resultPaths);
  });

  it('ends when the lease runs out while it waits', async () => {
    const task = await world();
    expect(await task.run()).toBe('lease-expired');
    expect(await task.done()).toMatchObject({ exit: 'lease-expired', requests: 0 });
  });

  it('goes on when control.json is damaged or gone for a moment', async () => {
    const task = await world();
    const exit = await runWithGo(task, 2, async () => {
      await task.put(runFolderPaths.control, '{"revision": 999, "sta');
      await task.clock.advance(900);
    });
    expect(exit).toBe('completed');
  });
});

describe('a task that fails', () => {
  it.each<[string, string | null, RegExp]>([
    ['missing', null, /there is no plan\.json/],
    ['no JSON', '{"format": "loadstar.pl', /no format of a plan; this worker reads loadstar\.plan\.v1/],
    ['of another version', '{"format":"loadstar.plan.v9"}', /format "loadstar\.plan\.v9"; this worker reads/],
    ['incomplete', '{"format":"loadstar.plan.v1"}', /plan\.json is damaged: runId/],
  ])('says so when its plan is %s', async (_what, content, message) => {
    const task = await world();
    if (content === null) await task.put('other', '');
    await task.put(runFolderPaths.plan, content ?? '');
    if (content === null) task.context.folder = { ...task.context.folder, read: async () => null };
    expect(await task.run()).toBe('failed');
    expect(await task.done()).toMatchObject({ exit: 'failed', error: expect.stringMatching(message), segments: 0 });
    expect(task.writes).toEqual([runFolderPaths.done(id)]);
    expect(task.logged.at(-1)).toMatchObject({ level: 'error', fields: { error: expect.stringMatching(message) } });
    expect(task.engine()).toBeNull();
  });

  it.each([
    [{ region: 'mars', task: 0 }, /no task 0 in region mars; it has local 0 to 1/],
    [{ region: 'local', task: 2 }, /no task 2 in region local; it has local 0 to 1/],
  ])('says so when the plan has no task like %j', async (other, message) => {
    const task = await world({ id: other });
    expect(await task.run()).toBe('failed');
    expect((await task.done())?.error).toMatch(message);
  });

  it.each<[string, WorldOptions['script'] & object]>([
    [
      'while it prepares',
      { prepare: () => Promise.reject(new LoadstarError('scenario_file_missing', 'no body.json')) },
    ],
    [
      'under load',
      {
        onSecond: (second) => {
          if (second === 7) throw new LoadstarError('task_failed', 'no body.json');
        },
      },
    ],
  ])('%s, delivers what there is with the reason', async (when, script) => {
    const task = await world({ script });
    expect(await runWithGo(task)).toBe('failed');
    const requests = when === 'under load' ? 7 * 40 : 0;
    expect(await task.done()).toMatchObject({ exit: 'failed', error: 'no body.json', requests });
    expect(await secondsInSegments(task)).toEqual(Array(requests / 40).fill(40));
    expect(task.writes.slice(-3)).toEqual(resultPaths);
  });

  it('delivers when its engine cannot even be made', async () => {
    const task = await world();
    task.context.createEngine = () => {
      throw new Error('see http://user:secret@host/?key=1');
    };
    expect(await task.run()).toBe('failed');
    expect((await task.done())?.error).toBe('see http://[redacted]@host/?[redacted]');
    expect(task.writes).toEqual(resultPaths);
  });

  it('delivers when something broke that no call reported', async () => {
    const task = await world();
    expect(await runWithGo(task, 6.5, () => task.fail.abort(new Error('a socket handler threw')))).toBe('failed');
    expect(await task.done()).toMatchObject({ exit: 'failed', error: 'a socket handler threw', requests: 280 });
  });

  it('gives up an engine that does not stop, and delivers what it gave', async () => {
    const task = await world({ script: { ignoresStop: true, seconds: 3 } });
    expect(await runWithGo(task, 10, () => task.order('stop'))).toBe('failed');
    expect(await task.done()).toMatchObject({
      exit: 'failed',
      requests: 120,
      error: expect.stringMatching(/did not end/),
    });
  });

  it('refuses windows out of order', async () => {
    const task = await world();
    const { createEngine } = task.context;
    task.context.createEngine = (context) => {
      const engine = createEngine(context);
      return {
        prepare: () => engine.prepare(),
        stop: (graceMs) => engine.stop(graceMs),
        run: async (startAtMs) => {
          context.onWindow({ second: 5, labels: new Map(), task: new Statistics() });
          return engine.run(startAtMs);
        },
      };
    };
    expect(await runWithGo(task)).toBe('failed');
    expect((await task.done())?.error).toMatch(/gave second 5 where 0 was due/);
  });
});

describe('a task whose run folder has trouble', () => {
  it('keeps its segments over a disk that is full for a while, and delivers all', async () => {
    const full = { now: false };
    const task = await world({
      script: { seconds: 40 },
      folder: (inner) => ({
        ...inner,
        write: async (path, bytes) => {
          if (full.now) throw new LoadstarError('store_failed', 'full', { cause: systemError('ENOSPC') });
          await inner.write(path, bytes);
        },
      }),
    });
    const exit = await runWithGo(task, 3, async () => {
      full.now = true;
      await task.clock.advance(30_000);
      expect(task.writes).toEqual([runFolderPaths.ready(id)]);
      full.now = false;
    });
    expect(exit).toBe('completed');
    expect(await secondsInSegments(task)).toEqual(Array(40).fill(40));
  });

  it('stops the load when no segment can ever be written, and says why', async () => {
    const task = await world({
      script: { seconds: 40 },
      folder: (inner) => ({
        ...inner,
        write: async (path, bytes) => {
          if (path.endsWith('1.seg'))
            throw new LoadstarError('store_failed', 'read-only', { cause: systemError('EROFS') });
          await inner.write(path, bytes);
        },
      }),
    });
    expect(await runWithGo(task)).toBe('failed');
    const done = await task.done();
    expect(done).toMatchObject({ exit: 'failed', error: 'read-only', segments: 1 });
    expect(done?.requests).toBeLessThan(12 * 40);
    expect(task.engine()?.calls.at(-1)).toMatchObject({ call: 'stop' });
  });

  it.each([
    ['totals', runFolderPaths.totals(id)],
    ['XML', runFolderPaths.xml(id)],
  ])('commits nothing when its %s cannot be written, but leaves the reason', async (_what, broken) => {
    const task = await world({
      folder: (inner) => ({
        ...inner,
        write: async (path, bytes) => {
          if (path === broken) throw new LoadstarError('store_failed', 'no room', { cause: systemError('EACCES') });
          await inner.write(path, bytes);
        },
      }),
    });
    expect(await runWithGo(task)).toBe('failed');
    expect(await task.read(runFolderPaths.xml(id))).toBeNull();
    expect(await task.done()).toMatchObject({ exit: 'failed', error: 'no room', segments: 3, requests: 480 });
  });
});

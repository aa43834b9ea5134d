import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTaurusXml } from '../core/report/taurus-xml.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { parseWindowLine } from '../core/run-folder/window-line.ts';
import { readHdrLog } from '../core/statistics/hdr-log.ts';
import { id, resultPaths, runWithGo, secondsInSegments, world } from './testing/task-results.ts';
import type { TaskWorld } from './testing/task-world.ts';

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

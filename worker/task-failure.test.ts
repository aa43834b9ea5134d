import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../core/errors.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { systemError } from './testing/folders.ts';
import { id, resultPaths, runWithGo, secondsInSegments, world } from './testing/task-results.ts';
import type { WorldOptions } from './testing/task-world.ts';

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
    task.context.createEngine = async (context) => {
      const engine = await createEngine(context);
      return {
        prepare: () => engine.prepare(),
        stop: (graceMs) => engine.stop(graceMs),
        run: async (startAtMs, goAtMs) => {
          context.onWindow({ second: 5, labels: new Map(), task: new Statistics() });
          return engine.run(startAtMs, goAtMs);
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

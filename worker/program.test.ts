import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Plan } from '../core/plan/plan.ts';
import { readTaurusXml } from '../core/report/taurus-xml.ts';
import { type Control, doneSchema, readySchema, runFolderPaths } from '../core/run-folder/run-folder.ts';
import { parseWindowLine } from '../core/run-folder/window-line.ts';
import { readHdrLog } from '../core/statistics/hdr-log.ts';
import { readSegment } from '../core/statistics/segment.ts';
import { testPlan } from './testing/plans.ts';
import { createRealFolder, type RealFolder, startTask, type TaskProcess, until } from './testing/task-process.ts';

const id = { region: 'local', task: 0 };
const go = (inMs: number): Omit<Control, 'revision'> => ({ state: 'go', goAtMs: Date.now() + inMs, stopReason: null });
const wait: Omit<Control, 'revision'> = { state: 'wait', goAtMs: null, stopReason: null };

/** Folders and processes of one test, gone when it is over. */
class Belongings {
  readonly #onTestFinished: TestContext['onTestFinished'];

  constructor({ onTestFinished }: TestContext) {
    this.#onTestFinished = onTestFinished;
  }

  async folder(control: Omit<Control, 'revision'>, plan: Partial<Plan> = {}): Promise<RealFolder> {
    const settings = { segmentSeconds: 1, leaseSeconds: 60, controlPollMs: 50, ...plan };
    const folder = await createRealFolder(testPlan(settings), control);
    this.#onTestFinished(() => folder.remove());
    return folder;
  }

  start(...args: Parameters<typeof startTask>): TaskProcess {
    const task = startTask(...args);
    this.#onTestFinished(() => task.end());
    return task;
  }
}

/** Checks that every object the task left is whole; returns how many segments there are. */
function checkObjects({ root }: RealFolder): number {
  const segments: number[] = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (!entry.isFile() || name.startsWith('.tmp/')) continue;
    const bytes = readFileSync(path);
    if (name.endsWith('.seg')) {
      let windows = 0;
      const { index } = readSegment(zstdDecompressSync(bytes), () => windows++);
      expect([name, windows]).toEqual([runFolderPaths.segment(id, index), 1]);
      segments.push(index);
    } else if (name === runFolderPaths.ready(id)) readySchema.parse(JSON.parse(bytes.toString()));
    else if (name === runFolderPaths.done(id)) doneSchema.parse(JSON.parse(bytes.toString()));
    else if (name === runFolderPaths.totals(id)) readHdrLog(bytes.toString());
    else if (name === runFolderPaths.xml(id)) readTaurusXml(bytes.toString());
    else expect([runFolderPaths.plan, runFolderPaths.control]).toContain(name);
  }
  expect(segments.sort((a, b) => a - b)).toEqual(segments.map((_, k) => k));
  return segments.length;
}

describe.concurrent('a task process', () => {
  it('delivers, prints its log and its windows, and exits with 0', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(1_000));
    const task = own.start(folder.url);
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'completed', segments: 2, requests: 200 });
    expect(checkObjects(folder)).toBe(2);
    expect(folder.has('.tmp')).toBe(false);
    expect(task.lines.map((line) => parseWindowLine(line)?.total.requests).filter((requests) => requests)).toEqual([
      100, 100,
    ]);
    const log = task.lines.filter((line) => parseWindowLine(line) === null).map((line) => JSON.parse(line));
    for (const line of log) expect(line).toMatchObject({ level: 'info', ...id, time: expect.any(String) });
    expect(log.map(({ message }) => message)).toContain('delivered');
  });

  it('says everything that is wrong with its arguments, and exits with 2', async (context) => {
    const own = new Belongings(context);
    const task = own.start('', { args: ['--task', 'one'], environment: { LOADSTAR_RUN_TOKEN: 'hidden' } });
    expect(await task.ended).toEqual({ code: 2, signal: null });
    expect(task.lines).toHaveLength(1);
    const { level, message } = JSON.parse(task.lines[0] ?? '') as { level: string; message: string };
    expect(level).toBe('error');
    for (const part of ['--run-folder', '--region', '--task: must be']) expect(message).toContain(part);
  });

  it('exits with 1 when there is no run folder at all', async (context) => {
    const own = new Belongings(context);
    const task = own.start('file:///nowhere/at/all');
    expect(await task.ended).toEqual({ code: 1, signal: null });
    expect(task.lines.join('\n')).toContain('there is no plan.json in the run folder');
  });

  it('delivers what it has when something throws that nobody catches, and exits with 1', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(500));
    const task = own.start(folder.url, { environment: { SCRIPT_THROWS_UNCAUGHT: 'yes', SCRIPT_SECONDS: '60' } });
    expect(await task.ended).toEqual({ code: 1, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'failed', error: 'nobody catches this' });
    expect(folder.has(runFolderPaths.xml(id))).toBe(true);
    expect(checkObjects(folder)).toBeGreaterThanOrEqual(1);
  });
});

describe.concurrent('a task process that gets a signal', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)('%s: stops, delivers and exits with 0', async (signal, context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(500));
    const task = own.start(folder.url, { environment: { SCRIPT_SECONDS: '60' } });
    await until(() => folder.has(runFolderPaths.segment(id, 0)), 'a segment');
    task.child.kill(signal);
    expect(await task.ended).toEqual({ code: 0, signal: null });
    const done = await folder.done();
    expect(done).toMatchObject({ exit: 'stopped', error: null });
    expect(done?.requests).toBe((done?.segments ?? 0) * 100);
    expect(checkObjects(folder)).toBe(done?.segments);
    expect(folder.has(runFolderPaths.xml(id))).toBe(true);
  });

  it('stops while it still finds out where its log goes', async (context) => {
    const asked = Promise.withResolvers<void>();
    const metadata = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
    context.onTestFinished(() => {
      metadata.closeAllConnections();
      metadata.close();
    });
    await once(metadata, 'listening');
    const own = new Belongings(context);
    const folder = await own.folder(wait);
    const url = `http://127.0.0.1:${(metadata.address() as AddressInfo).port}/v4/one`;
    const environment = { LOADSTAR_RUN_ID: 'run-1', ECS_CONTAINER_METADATA_URI_V4: url };
    const task = own.start(folder.url, { environment });
    await asked.promise;
    task.child.kill('SIGTERM');
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'stopped', error: null });
  });

  it('a second one ends it at once', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(500));
    const task = own.start(folder.url, { environment: { SCRIPT_SECONDS: '1', SCRIPT_IGNORES_STOP: 'yes' } });
    await until(() => folder.has(runFolderPaths.segment(id, 0)), 'a segment');
    task.child.kill('SIGTERM');
    await until(() => task.lines.some((line) => line.includes('SIGTERM: stopping')), 'the first signal to arrive');
    task.child.kill('SIGTERM');
    expect(await task.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(folder.has(runFolderPaths.xml(id))).toBe(false);
    checkObjects(folder);
  });
});

describe.concurrent('a task process that is killed', () => {
  /** When, what control says, what shows that it has come so far, the segments that are safe then, the script. */
  const stages: [string, Omit<Control, 'revision'> | null, string, number, Record<string, string>][] = [
    ['while it prepares', wait, 'preparing', 0, { SCRIPT_HANGS_PREPARING: 'yes' }],
    ['while it waits', wait, runFolderPaths.ready(id), 0, {}],
    ['under load', null, runFolderPaths.segment(id, 1), 2, { SCRIPT_SECONDS: '60' }],
    ['when it begins to deliver', null, 'the load is done', 0, {}],
    ['after its totals', null, runFolderPaths.totals(id), 2, {}],
    ['before its commit', null, runFolderPaths.done(id), 2, {}],
  ];

  it.for(stages)(
    '%s, leaves no half-written object and loses at most its open segment',
    async ([_when, control, sign, safe, script], context) => {
      const own = new Belongings(context);
      const folder = await own.folder(control ?? go(500));
      const task = own.start(folder.url, { environment: script });
      await until(() => folder.has(sign) || task.lines.some((line) => line.includes(sign)), sign);
      task.child.kill('SIGKILL');
      // On a busy machine it may have delivered before it was hit: then all must be there.
      const { signal } = await task.ended;
      if (signal !== 'SIGKILL') expect(folder.has(runFolderPaths.xml(id))).toBe(true);
      const segments = checkObjects(folder);
      expect(segments).toBeGreaterThanOrEqual(safe);
      if (folder.has(runFolderPaths.xml(id))) expect((await folder.done())?.segments).toBe(segments);
    },
  );

  it('can be started again, and then delivers', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(300));
    const killed = own.start(folder.url, { environment: { SCRIPT_SECONDS: '60' } });
    await until(() => folder.has(runFolderPaths.segment(id, 0)), 'a segment');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const again = own.start(folder.url);
    expect(await again.ended).toEqual({ code: 0, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'completed', segments: 2, requests: 200 });
    expect((await folder.done())?.health.startSkewMs).toBeGreaterThan(500);
    expect(folder.has('.tmp')).toBe(false);
  });
});

describe.concurrent('a task process that nobody reads', () => {
  it('delivers all the same when its output is closed', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(1_000));
    const task = own.start(folder.url, { environment: { SCRIPT_LOG_LINES: '50' } });
    task.child.stdout?.destroy();
    task.child.stderr?.destroy();
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'completed', requests: 200 });
  });

  it('delivers all the same when its reader is stuck', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(1_000));
    own.start(folder.url, { shell: '"$@" | sleep 60', environment: { SCRIPT_LOG_LINES: '500' } });
    await until(() => folder.has(runFolderPaths.xml(id)), 'the result');
    expect(await folder.done()).toMatchObject({ exit: 'completed', requests: 200 });
  });
});

describe.concurrent('a task process that cannot write', () => {
  it('says so when the run folder is read-only, and exits with 1', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(500));
    await chmod(folder.root, 0o555);
    // Permissions do not bind root.
    const task = own.start(folder.url, process.getuid?.() === 0 ? { uid: 65_534 } : {});
    expect(await task.ended).toEqual({ code: 1, signal: null });
    const errors = task.lines.filter((line) => line.includes('"error"'));
    expect(errors.join('\n')).toMatch(/cannot write .* in the run folder: permission denied \(EACCES\)/);
    await chmod(folder.root, 0o755);
  });

  it('says so when there is no room, and exits with 1', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(500));
    const task = own.start(folder.url, { shell: 'ulimit -f 0 && exec "$@"' });
    expect(await task.ended).toEqual({ code: 1, signal: null });
    expect(task.lines.join('\n')).toMatch(/cannot write .*: the file would be larger than allowed \(EFBIG\)/);
    expect(checkObjects(folder)).toBe(0);
  });

  it('says so when something is in the way of its results, and commits nothing', async (context) => {
    const own = new Belongings(context);
    const folder = await own.folder(go(500));
    await mkdir(join(folder.root, 'series/local'), { recursive: true });
    await writeFile(join(folder.root, 'series/local/0'), '');
    const task = own.start(folder.url);
    expect(await task.ended).toEqual({ code: 1, signal: null });
    expect(task.lines.join('\n')).toMatch(/cannot write series\/local\/0\/0\.seg in the run folder: .*not a folder/);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import type { Report } from '../../core/report/report.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { REQUESTS } from '../folding/fixtures/segments.ts';
import type { Ports } from '../ports/ports.ts';
import { readControl } from '../run-folder/control-file.ts';
import { openRunFolder, runFolderPrefix } from '../run-folder/run-folder.ts';
import { failingAt } from './fixtures/failing-ports.ts';
import { RunWorld } from './fixtures/run-world.ts';
import { parseLandedResult } from './parse-results.ts';
import { readReport } from './read-report.ts';

const LOAD_SECONDS = 4;
const east0 = { region: 'east', task: 0 };

let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
});

describe('a run, tick by tick', () => {
  it('goes from its row in the queue to its report', async () => {
    const { id } = await world.startAndTake();
    const ended = await world.runToEnd(id);
    expect(ended).toMatchObject({ phase: 'complete', verdict: 'none', lostTasks: [], reportAttempts: 1 });
    const report = await readReport(world.ports, { runId: id });
    expect(report).toMatchObject({ status: 'complete', partial: false, remarks: [], tasksDelivered: 2 });
    expect(report.total).toMatchObject({ requests: 2 * LOAD_SECONDS * REQUESTS, concurrencyMax: 2 });
    expect(report.regions.west?.requests).toBe(LOAD_SECONDS * REQUESTS);
    expect(await world.stores.taskResults.list(id)).toHaveLength(2);
    expect(world.launcher.kills).toEqual([]);
    expect(await world.launcher.observe(id)).toEqual([]);
    expect(world.memories?.size).toBe(0);
  });

  it('launches all tasks with one token, and tells them where their folder is', async () => {
    const { id } = await world.startAndTake();
    await world.tick(id);
    await world.tick(id);
    expect(world.launcher.orders).toEqual([
      {
        runId: id,
        runFolderUrl: `memory:///runs/${id}/`,
        tasks: [east0, { region: 'west', task: 0 }],
        token: id,
      },
    ]);
  });

  it('renews the lease at every tick', async () => {
    const { id } = await world.startAndTake();
    const revisions: number[] = [];
    await world.runToEnd(id, async ({ phase }) => {
      if (phase === 'running') revisions.push((await readControl(world, id))?.revision ?? 0);
    });
    expect(revisions.length).toBeGreaterThan(5);
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  it('does nothing when somebody else was faster', async () => {
    const { id } = await world.startAndTake();
    await world.tick(id);
    const revision = (await readControl(world, id))?.revision;
    const { runs } = world.stores;
    const update = () => Promise.reject(new LoadstarError('conflict', 'it has another version'));
    world.ports = { ...world.ports, runs: { ...runs, update } };
    // Reason enough to change the row.
    world.launcher.end(id, east0, 'exit code 9');
    expect(await world.tick(id)).toMatchObject({ final: false, nextInMs: 0 });
    expect((await readControl(world, id))?.revision).toBe(revision);
    world.ports = { ...world.ports, runs };
    await world.tick(id);
    expect((await readControl(world, id))?.revision).toBeGreaterThan(revision ?? 0);
  });

  it('says that a run which has ended, or is gone, is final', async () => {
    expect(await world.tick('run-none')).toEqual({ final: true, phase: null });
    const { id } = await world.startAndTake();
    await world.runToEnd(id);
    expect(await world.tick(id)).toEqual({ final: true, phase: 'complete' });
  });

  it('gives up a run whose plan is gone or damaged, and ends its tasks', async () => {
    for (const damage of ['gone', 'damaged']) {
      const { id } = await world.startAndTake();
      await world.tick(id);
      const key = runFolderPrefix(id) + runFolderPaths.plan;
      if (damage === 'gone') await world.objects.delete(key);
      else await world.objects.put(key, new TextEncoder().encode('{"format":"another"}'));
      world.restart();
      const ended = await world.runToEnd(id);
      expect(ended).toMatchObject({ phase: 'failed', verdict: 'none' });
      expect(ended.reason).toContain('plan');
      expect(await world.launcher.observe(id)).toEqual([]);
    }
  });

  it.each([
    ['remember', new Map()],
    ['do not remember', null],
  ])('fails, saying why, when nothing can be launched, if ticks %s', async (_whether, memories) => {
    world.memories = memories;
    world.launcher.launchError = new LoadstarError('launch_failed', 'the moon is too far');
    const { id } = await world.startAndTake();
    const ended = await world.runToEnd(id);
    expect(ended).toMatchObject({ phase: 'failed', goAtMs: null });
    expect(ended.reason).toContain('the moon is too far');
  });

  it('counts a result that cannot be read as lost, and reports what its segments held', async () => {
    const { id } = await world.startAndTake({ healthyThresholdPercent: 50 });
    world.damaged.add('east/0');
    const ended = await world.runToEnd(id);
    expect(ended).toMatchObject({ phase: 'complete', lostTasks: [{ ...east0, brokeOff: true }] });
    const report = await readReport(world.ports, { runId: id });
    expect(report).toMatchObject({ partial: true, tasksDelivered: 1, tasksLost: 1 });
    expect(report.total.requests).toBe(2 * LOAD_SECONDS * REQUESTS);
  });

  it('names the error of a task that could leave no result', async () => {
    const { id } = await world.startAndTake();
    const folder = openRunFolder(world.objects, id);
    const ended = await world.runToEnd(id, async () => {
      if (world.launcher.running(id).length < 2 || (await folder.get(runFolderPaths.done(east0))) !== null) return;
      await world.deliver(id, east0, { exit: 'failed', error: 'no disk to write to' });
      await world.objects.delete(runFolderPrefix(id) + runFolderPaths.xml(east0));
    });
    expect(ended.phase).toBe('failed');
    expect(ended.reason).toContain('no disk to write to');
  });

  it('makes a series that does not add up invalid', async () => {
    const { id } = await world.startAndTake();
    const folder = openRunFolder(world.objects, id);
    await world.runToEnd(id, async () => {
      if ((await folder.get(runFolderPaths.segment(east0, 0))) !== null) {
        await folder.put(runFolderPaths.segment(east0, 0), new Uint8Array([0]));
        await world.objects.delete(runFolderPrefix(id) + runFolderPaths.folded('east', 0));
      }
    });
    const report = await readReport(world.ports, { runId: id });
    expect(report.verdict).toBe('invalid');
    expect(report.remarks.join(' ')).toContain('series/east/0/0.seg');
  });
});

describe('ticks that remember nothing', () => {
  it('go from the row in the queue to the same report, and read no segment that was folded before', async () => {
    const [warm, cold] = await Promise.all(
      [new Map(), null].map(async (memories) => {
        const one = new RunWorld();
        one.memories = memories;
        const reads: string[] = [];
        const get = (key: string) => {
          reads.push(key);
          return one.objects.get(key);
        };
        one.ports = { ...one.ports, objects: Object.assign(Object.create(one.objects), { get }) };
        const { id } = await one.startAndTake();
        await one.runToEnd(id);
        const { total, regions, labels, status } = await readReport(one.ports, { runId: id });
        const segments = reads.filter((key) => key.includes('/series/')).map((key) => key.replace(id, ''));
        return {
          report: { total, regions, labels, status },
          segments: [...new Set(segments)].toSorted(),
          reads: segments.length,
        };
      }),
    );
    expect(cold?.report).toEqual(warm?.report);
    expect(cold?.segments).toEqual(warm?.segments);
    expect(cold?.reads).toBe(warm?.reads);
  });

  it('take the rows that others parsed', async () => {
    world.memories = null;
    const { id } = await world.startAndTake();
    let parsedElsewhere = 0;
    const ended = await world.runToEnd(id, async () => {
      for (const task of [east0, { region: 'west', task: 0 }]) {
        const landed = await parseLandedResult(world.ports, { runId: id, id: task, landedAtMs: world.clock.now() });
        if (landed === 'parsed') parsedElsewhere++;
      }
    });
    expect(ended).toMatchObject({ phase: 'complete', lostTasks: [] });
    expect(parsedElsewhere).toBeGreaterThan(1);
  });
});

describe('a control plane that breaks off anywhere', () => {
  /** Without what depends on when exactly things happened. */
  function essence({ total, tasksDelivered, labels, status, verdict, partial }: Report) {
    return { total, tasksDelivered, labels, status, verdict, partial };
  }

  async function callsOfWholeRun(remembers: boolean): Promise<{ calls: number; expected: ReturnType<typeof essence> }> {
    const whole = new RunWorld();
    if (!remembers) whole.memories = null;
    const { id } = await whole.startAndTake();
    const counting = failingAt(whole.ports, { call: null, after: false });
    whole.ports = counting.ports;
    await whole.runToEnd(id);
    return { calls: counting.calls(), expected: essence(await readReport(whole.ports, { runId: id })) };
  }

  for (const after of [false, true]) {
    it(`reports the same when any single call fails, ${after ? 'having had its effect, and ticks remember nothing' : 'without effect'}`, async () => {
      const { calls, expected } = await callsOfWholeRun(!after);
      expect(calls).toBeGreaterThan(100);
      for (let call = 1; call <= calls; call++) {
        const broken = new RunWorld();
        if (after) broken.memories = null;
        const { id } = await broken.startAndTake();
        const intact: Ports = broken.ports;
        broken.ports = failingAt(broken.ports, { call, after, onFailure: () => broken.restart() }).ports;
        const ended = await broken.runToEnd(id);
        expect(ended, `call ${call}`).toMatchObject({ phase: 'complete', lostTasks: [] });
        expect(essence(await readReport(intact, { runId: id })), `call ${call}`).toEqual(expected);
        expect(await intact.launcher.observe(id)).toEqual([]);
      }
    });
  }
});

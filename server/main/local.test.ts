/** Whole runs on one machine: real SQLite, files and processes, with a scripted engine in the tasks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunProgress } from '../live/watch-run.ts';
import { expectWhole, pidOf, until, withHome } from './fixtures/local-planes.ts';
import { REQUESTS_PER_SECOND, scriptedScenario } from './fixtures/scripted-run.ts';

const RUN_MS_MAX = 60_000;

describe('a run on one machine', { timeout: RUN_MS_MAX }, () => {
  it.concurrent('is measured exactly, told of while it runs, and leaves its folder', () =>
    withHome(async (open) => {
      const controlPlane = await open();
      const scenario = scriptedScenario({ regions: { east: 2, west: 1 }, seconds: 3 });
      const run = await controlPlane.startRun(scenario, new Map([['data/a.csv', Buffer.from('1,2')]]));
      const seen: RunProgress[] = [];
      const ended = await controlPlane.watchRun(run.id, (progress) => seen.push(progress));

      expect(ended).toMatchObject({ phase: 'complete', verdict: 'none', lostTasks: [], reason: null });
      const report = await controlPlane.readReport(run.id);
      expectWhole(report, 3, 3);
      expect(report.regions.east?.requests).toBe(2 * 3 * REQUESTS_PER_SECOND);
      expect(report.labels.map(({ label, requests }) => [label, requests])).toEqual([
        ['home', (3 * 3 * REQUESTS_PER_SECOND) / 2],
        ['search', (3 * 3 * REQUESTS_PER_SECOND) / 2],
      ]);
      expect(report.generators).toHaveLength(3);

      const live = seen.flatMap((progress) => progress.live ?? []);
      expect(Math.max(...live.map(({ requestsPerSecond }) => requestsPerSecond))).toBe(3 * REQUESTS_PER_SECOND);
      expect(seen.at(-1)).toMatchObject({ phase: 'complete', tasksReady: 3, tasksDelivered: 3, plannedSeconds: 3 });

      const path = controlPlane.runFolder(run.id);
      expect(await readFile(join(path, 'files', 'data', 'a.csv'), 'utf8')).toBe('1,2');
      const taskLog = await readFile(join(path, 'artifacts', 'east', '1', 'task.log'), 'utf8');
      expect(taskLog).toContain('delivered');
      expect(taskLog).not.toContain('"type":"window"');
      expect(await controlPlane.ports.launcher.observe(run.id)).toEqual([]);
    }));

  it.concurrent('waits in the queue while its region has no room', () =>
    withHome(async (open) => {
      const controlPlane = await open({ regions: { east: 1 } });
      const scenario = scriptedScenario({ regions: { east: 1 }, seconds: 1 });
      const first = await controlPlane.startRun(scenario);
      const second = await controlPlane.startRun(scenario);
      const secondPhases = new Set<string>();
      const watching = controlPlane.watchRun(second.id, ({ phase }) => secondPhases.add(phase));
      const firstEnded = await controlPlane.watchRun(first.id);
      const secondEnded = await watching;
      expect(firstEnded.phase).toBe('complete');
      expect(secondEnded.phase).toBe('complete');
      expect(secondPhases).toContain('queued');
      expect(secondEnded.goAtMs ?? 0).toBeGreaterThan(firstEnded.phaseSinceMs);
    }));

  it.concurrent('stops when a criterion says so, and its verdict is that of the criterion', () =>
    withHome(async (open) => {
      const controlPlane = await open();
      const criterion = {
        subject: 'fail',
        label: '',
        flow: null,
        condition: '>',
        threshold: 5,
        percentage: true,
        timeframeSeconds: 2,
        logic: 'for',
        stop: true,
        fail: true,
        message: 'too many failures',
      } as const;
      const run = await controlPlane.startRun(scriptedScenario({ seconds: 600, criteria: [criterion] }));
      const ended = await controlPlane.watchRun(run.id);
      expect(ended).toMatchObject({ phase: 'complete', stopReason: 'criterion', verdict: 'failed', lostTasks: [] });
      const report = await controlPlane.readReport(run.id);
      expect(report.criteria).toMatchObject([{ message: 'too many failures', triggered: true, triggeredAtSecond: 1 }]);
      expect(report.remarks[0]).toContain('too many failures');
    }));
});

describe('losses', { timeout: RUN_MS_MAX }, () => {
  it.concurrent('survives the kill -9 of a task, and says what it lost', () =>
    withHome(async (open, home) => {
      const controlPlane = await open();
      const run = await controlPlane.startRun(scriptedScenario({ seconds: 6, healthyThresholdPercent: 50 }));
      await until(controlPlane, run.id, ({ live }) => (live?.second ?? 0) >= 2);
      process.kill(await pidOf(home, run.id, 'west-0'), 'SIGKILL');
      const ended = await controlPlane.watchRun(run.id);
      expect(ended).toMatchObject({ phase: 'complete', lostTasks: [{ region: 'west', task: 0, brokeOff: false }] });
      expect(ended.lostTasks[0]?.reason).toContain('SIGKILL');
      const report = await controlPlane.readReport(run.id);
      expect(report).toMatchObject({ partial: true, tasksDelivered: 1, tasksLost: 1 });
      expect(report.regions.east?.requests).toBe(6 * REQUESTS_PER_SECOND);
      // The seconds of the lost task that had landed: at least those that were seen, and no more than it can have had.
      expect(report.regions.west?.requests).toBeGreaterThanOrEqual(1 * REQUESTS_PER_SECOND);
      expect(report.regions.west?.requests).toBeLessThan(6 * REQUESTS_PER_SECOND);
      expect(report.generators.find(({ region }) => region === 'west')).toMatchObject({ state: 'lost' });
    }));

  it.concurrent('fails, with a report, when a task cannot prepare', () =>
    withHome(async (open) => {
      const controlPlane = await open();
      const run = await controlPlane.startRun(scriptedScenario({ variables: { fails: 'east/0' }, seconds: 600 }));
      const ended = await controlPlane.watchRun(run.id);
      expect(ended).toMatchObject({ phase: 'failed', goAtMs: null, lostTasks: [{ region: 'east', task: 0 }] });
      expect(ended.reason).toContain('orders.csv');
      const report = await controlPlane.readReport(run.id);
      expect(report).toMatchObject({ status: 'failed', verdict: 'none', total: { requests: 0 } });
    }));

  it.concurrent('fails when its worker cannot be started at all', () =>
    withHome(async (open, home) => {
      const controlPlane = await open({ workerEntry: join(home, 'no-such-worker.ts') });
      const run = await controlPlane.startRun(scriptedScenario());
      const ended = await controlPlane.watchRun(run.id);
      expect(ended.phase).toBe('failed');
      expect(ended.lostTasks).toHaveLength(2);
    }));
});

describe('cancelling', { timeout: RUN_MS_MAX }, () => {
  it.concurrent('ends all load within 5 s, and gives a partial report', () =>
    withHome(async (open) => {
      const controlPlane = await open();
      const run = await controlPlane.startRun(scriptedScenario({ seconds: 600 }));
      await until(controlPlane, run.id, ({ live }) => (live?.second ?? 0) >= 1);
      const askedAtMs = Date.now();
      await controlPlane.cancelRun(run.id);
      const ended = await controlPlane.watchRun(run.id);
      expect(Date.now() - askedAtMs).toBeLessThan(5_000);
      expect(ended).toMatchObject({ phase: 'cancelled', lostTasks: [] });
      const report = await controlPlane.readReport(run.id);
      expect(report).toMatchObject({ status: 'cancelled', partial: true, tasksDelivered: 2 });
      expect(report.total.requests).toBeGreaterThan(0);
      await expect(controlPlane.cancelRun(run.id)).rejects.toMatchObject({ code: 'run_state_conflict' });
    }));

  it.concurrent('cancels a run that waits in the queue, with a report of nothing', () =>
    withHome(async (open) => {
      const controlPlane = await open({ regions: { east: 1 } });
      const scenario = scriptedScenario({ regions: { east: 1 }, seconds: 600 });
      const first = await controlPlane.startRun(scenario);
      await until(controlPlane, first.id, ({ phase }) => phase === 'provisioning');
      const waiting = await controlPlane.startRun(scenario);
      await controlPlane.cancelRun(waiting.id);
      expect(await controlPlane.watchRun(waiting.id)).toMatchObject({ phase: 'cancelled', goAtMs: null });
      const report = await controlPlane.readReport(waiting.id);
      expect(report).toMatchObject({ status: 'cancelled', verdict: 'none', total: { requests: 0 } });
      await controlPlane.cancelRun(first.id);
      expect(await controlPlane.watchRun(first.id)).toMatchObject({ phase: 'cancelled' });
    }));

  it.concurrent('cancels tasks that are still preparing', () =>
    withHome(async (open) => {
      const controlPlane = await open();
      const run = await controlPlane.startRun(scriptedScenario({ seconds: 600, variables: { slow: 'east/0' } }));
      await until(controlPlane, run.id, ({ phase }) => phase === 'provisioning');
      await controlPlane.cancelRun(run.id);
      const ended = await controlPlane.watchRun(run.id);
      expect(ended).toMatchObject({ phase: 'cancelled', goAtMs: null });
    }));
});

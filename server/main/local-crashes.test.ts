/** Control planes that die or are closed while a run is under way: the next one on the same home finishes it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../core/run/run.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import { expectWhole, pidOf, until, withHome } from './fixtures/local-planes.ts';
import { quickPlan, REQUESTS_PER_SECOND, scriptedScenario } from './fixtures/scripted-run.ts';

const RUN_MS_MAX = 60_000;

describe('a control plane that is killed', { timeout: RUN_MS_MAX }, () => {
  const program = fileURLToPath(new URL('./fixtures/control-plane-program.ts', import.meta.url));

  /** Runs the program until it has killed itself. */
  async function startAndDie(home: string, scenario: Scenario, phase: Run['phase']): Promise<void> {
    const child = spawn(process.execPath, [program, home, JSON.stringify(scenario), phase]);
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const [, signal] = await once(child, 'close');
    expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
  }

  const phases = ['queued', 'provisioning', 'running', 'parsing results', 'cleaning up'] as const;
  it.concurrent.each(phases)('while the run is %s: the next one finishes it, and nothing is lost', (phase) =>
    withHome(async (open, home) => {
      await startAndDie(home, scriptedScenario({ seconds: 2 }), phase);
      const controlPlane = await open({ regions: { east: 1, west: 1 } });
      const { items } = await controlPlane.ports.runs.list({ scenarioId: null, limit: 10, cursor: null });
      expect(items).toHaveLength(1);
      const runId = items[0]?.id ?? '';
      const ended = await controlPlane.watchRun(runId);
      expect(ended).toMatchObject({ phase: 'complete', lostTasks: [] });
      expectWhole(await controlPlane.readReport(runId), 2, 2);
      expect(await controlPlane.ports.launcher.observe(runId)).toEqual([]);
    }),
  );

  it.concurrent('for longer than the lease: the tasks end by themselves, and what they measured is in the report', () =>
    withHome(async (open) => {
      const first = await open({ plan: { ...quickPlan, leaseSeconds: 2 } });
      const run = await first.startRun(scriptedScenario({ seconds: 600 }));
      await until(first, run.id, ({ live }) => (live?.second ?? 0) >= 1);
      await first.close();
      await sleep(4_000);
      const second = await open();
      const ended = await second.watchRun(run.id);
      expect(ended).toMatchObject({ phase: 'failed' });
      expect(ended.reason).toContain('lost touch');
      const report = await second.readReport(run.id);
      expect(report.total.requests).toBeGreaterThanOrEqual(2 * 2 * REQUESTS_PER_SECOND);
      expect(report.verdict).toBe('none');
    }));

  it.concurrent('refuses a second one on the same home, and leaves it to the first', () =>
    withHome(async (open) => {
      const first = await open();
      await expect(open()).rejects.toMatchObject({ code: 'home_in_use' });
      const run = await first.startRun(scriptedScenario({ seconds: 1 }));
      expect(await first.watchRun(run.id)).toMatchObject({ phase: 'complete' });
    }));

  it.concurrent('can end every task at once', () =>
    withHome(async (open, home) => {
      const controlPlane = await open();
      const run = await controlPlane.startRun(scriptedScenario({ seconds: 600 }));
      await until(controlPlane, run.id, ({ live }) => live !== null);
      const pid = await pidOf(home, run.id, 'east-0');
      controlPlane.killTasksNow();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setInterval(() => {
        try {
          process.kill(pid, 0);
        } catch {
          clearInterval(timer);
          resolve();
        }
      }, 20);
      await promise;
      expect(await controlPlane.watchRun(run.id)).toMatchObject({ phase: 'failed' });
    }));
});

/** The run's state machine over whole runs, against simulated tasks, clocks and control planes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparingPaceMs } from './pace.ts';
import { type Phase, phases } from './run.ts';
import { type Simulation, START_MS, simulate } from './simulation/simulate.ts';
import type { TaskFaults } from './simulation/simulated-task.ts';
import type { World } from './simulation/world.ts';

/** What must hold of every run, whatever went wrong. */
function expectSound(world: World): void {
  const { row } = world;
  expect(world.violations).toEqual([]);
  expect(row.endedAtMs).not.toBeNull();
  expect(row.outcome).toBe(row.phase);
  expect(world.tasks.filter((task) => task.process === 'running' || task.loadOn)).toEqual([]);
  if (world.report !== null) {
    expect(world.report.status).toBe(row.phase);
    expect(world.report.lostTasks).toEqual(row.lostTasks);
  }
  expect(world.control?.state).toBe('stop');
}

describe('a run in which nothing goes wrong', () => {
  it('passes through its phases and ends complete', () => {
    const world = simulate({});
    expectSound(world);
    expect(world.phasesSeen).toEqual(['provisioning', 'running', 'parsing results', 'cleaning up', 'complete']);
    expect(world.row).toMatchObject({ outcome: 'complete', reason: null, lostTasks: [], verdict: 'none' });
    expect(world.parsed.size).toBe(4);
  });

  it('takes an hour of simulated time for an hour of load', () => {
    const world = simulate({ loadSeconds: 3600 });
    expectSound(world);
    const { goAtMs, endedAtMs } = world.row;
    expect((endedAtMs ?? 0) - (goAtMs ?? 0)).toBeGreaterThanOrEqual(3_600_000);
    expect((endedAtMs ?? 0) - (goAtMs ?? 0)).toBeLessThan(3_605_000);
  });

  it('gives every task time to read the start instant', () => {
    const world = simulate({});
    const readyAtMs = 1_500;
    expect((world.row.goAtMs ?? 0) - START_MS).toBeGreaterThanOrEqual(readyAtMs);
    expect((world.row.goAtMs ?? 0) - START_MS).toBeLessThan(readyAtMs + 3_000 + 1_000);
  });

  it('starts a thousand tasks', () => {
    const world = simulate({ regions: { a: 500, b: 500 }, loadSeconds: 5 });
    expectSound(world);
    expect(world.row.phase).toBe('complete');
    expect(world.parsed.size).toBe(1000);
  });
});

describe('lost tasks', () => {
  it('ends complete when the threshold is still reached', () => {
    const world = simulate({ healthyThresholdPercent: 75, taskFaults: [{ diesAfterMs: 10_000 }] });
    expectSound(world);
    expect(world.row.phase).toBe('complete');
    expect(world.row.lostTasks).toMatchObject([{ region: 'a', task: 0, reason: expect.stringContaining('SIGKILL') }]);
    expect(world.parsed.size).toBe(3);
  });

  it('stops the load as soon as the threshold cannot be reached, and collects the rest', () => {
    const world = simulate({
      healthyThresholdPercent: 75,
      loadSeconds: 3600,
      taskFaults: [{ diesAfterMs: 10_000 }, { diesAfterMs: 20_000 }],
    });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'failed', stopReason: 'failed' });
    expect(world.row.reason).toContain('2 of 4 tasks were lost');
    expect(world.parsed.size).toBe(2);
    expect((world.row.endedAtMs ?? 0) - START_MS).toBeLessThan(60_000);
  });

  it('fails before any load when too few tasks get ready', () => {
    const world = simulate({ healthyThresholdPercent: 100, taskFaults: [{ diesAfterMs: 100 }] });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'failed', goAtMs: null });
    expect(world.phasesSeen).not.toContain('running');
  });

  it('goes without a task that does not get ready in time', () => {
    const world = simulate({ healthyThresholdPercent: 50, taskFaults: [{ neverReady: true }, { diesAfterMs: 100 }] });
    expectSound(world);
    expect(world.row.phase).toBe('complete');
    expect(world.row.lostTasks.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('not ready within 120 s'),
      expect.stringContaining('ended without a result'),
    ]);
    expect((world.row.goAtMs ?? 0) - START_MS).toBeGreaterThan(120_000);
  });

  it('names the error of a task that could not prepare', () => {
    const world = simulate({ taskFaults: [{ failsBeforeReady: true }] });
    expectSound(world);
    expect(world.row.phase).toBe('failed');
    expect(world.row.reason).toContain('a/0: no such file');
  });

  it('waits for a result that shows up after its process ended', () => {
    const world = simulate({ resultLagMs: 2_000 });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'complete', lostTasks: [] });
  });

  it('counts a damaged result as lost', () => {
    const faults = [{ damagedResult: true }];
    expect(simulate({ taskFaults: faults }).row).toMatchObject({
      phase: 'failed',
      lostTasks: [{ region: 'a', task: 0 }],
    });
    expect(simulate({ taskFaults: faults, healthyThresholdPercent: 75 }).row.phase).toBe('complete');
  });

  it('gives up a task that hangs at the deadline, and ends it', () => {
    const world = simulate({ healthyThresholdPercent: 75, taskFaults: [{ hangsAfterMs: 5_000 }] });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'complete', stopReason: 'deadline' });
    expect(world.row.lostTasks).toHaveLength(1);
    const sinceGoMs = (world.row.endedAtMs ?? 0) - (world.row.goAtMs ?? 0);
    expect(sinceGoMs).toBeGreaterThan(80_000);
    expect(sinceGoMs).toBeLessThan(100_000);
  });

  it('fails when all are lost, even when none need be healthy', () => {
    const all = Array.from({ length: 4 }, () => ({ diesAfterMs: 8_000 }));
    const world = simulate({ healthyThresholdPercent: 0, taskFaults: all });
    expectSound(world);
    expect(world.row.phase).toBe('failed');
  });

  it('survives a launcher that is down for a moment, and fails when it stays down', () => {
    expect(simulate({ launcherDownMs: 2_000 }).row.phase).toBe('complete');
    const world = simulate({ launcherDownMs: 1_000_000 });
    expectSound(world);
    expect(world.row.phase).toBe('failed');
    expect(world.row.reason).toContain('launcher is down');
    expect((world.row.endedAtMs ?? 0) - START_MS).toBeLessThan(10_000);
  });
});

describe('cancelling', () => {
  const during: Record<'queued' | 'provisioning' | 'running', Phase[]> = {
    queued: ['parsing results', 'cancelled'],
    provisioning: ['provisioning', 'cancelling', 'parsing results', 'cleaning up', 'cancelled'],
    running: ['provisioning', 'running', 'cancelling', 'parsing results', 'cleaning up', 'cancelled'],
  };
  for (const [phase, expected] of Object.entries(during)) {
    for (const cancelWritesControl of [true, false]) {
      it(`ends a ${phase} run as cancelled${cancelWritesControl ? '' : ', though control.json was not written'}`, () => {
        const world = simulate({ cancel: { phase: phase as Phase }, cancelWritesControl, loadSeconds: 3600 });
        expectSound(world);
        expect(world.phasesSeen).toEqual(expected);
        expect(world.report?.status).toBe('cancelled');
        const { endedAtMs, cancelRequestedAtMs } = world.row;
        expect((endedAtMs ?? 0) - (cancelRequestedAtMs ?? 0)).toBeLessThan(5_000);
      });
    }
  }

  for (const phase of ['parsing results', 'cleaning up'] as const) {
    it(`comes too late while ${phase}`, () => {
      const world = simulate({ cancel: { phase } });
      expectSound(world);
      expect(world.row).toMatchObject({ phase: 'complete', cancelRequestedAtMs: null });
    });
  }

  it('ends tasks that do not obey, and is cancelled all the same', () => {
    const world = simulate({ cancel: { atMs: 10_000 }, taskFaults: [{ hangsAfterMs: 8_000 }], loadSeconds: 3600 });
    expectSound(world);
    expect(world.row.phase).toBe('cancelled');
    expect(world.row.lostTasks).toHaveLength(1);
    expect((world.row.endedAtMs ?? 0) - START_MS).toBeLessThan(30_000);
  });
});

describe('a criterion that stops the run', () => {
  it('ends it complete, with every result', () => {
    const world = simulate({ criterionAtMs: 12_000, loadSeconds: 3600 });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'complete', stopReason: 'criterion', lostTasks: [] });
    expect(world.row.reason).toContain('p95>1s');
    expect(world.control).toMatchObject({ stopReason: 'criterion' });
    expect((world.row.endedAtMs ?? 0) - START_MS).toBeLessThan(20_000);
  });
});

describe('a control plane that dies', () => {
  it('finishes the run wherever it dies, between any two steps', () => {
    const { stepsTaken } = simulate({ loadSeconds: 5 });
    expect(stepsTaken).toBeGreaterThan(50);
    for (let diesAtStep = 1; diesAtStep <= stepsTaken; diesAtStep++) {
      const world = simulate({ loadSeconds: 5, controlPlane: { diesAtStep, deadMsMax: 5_000 } });
      expectSound(world);
      expect(world.row).toMatchObject({ phase: 'complete', lostTasks: [] });
    }
  });

  it('cancels the run wherever it dies', () => {
    const simulation: Simulation = { loadSeconds: 3600, cancel: { atMs: 5_000 } };
    const { stepsTaken } = simulate(simulation);
    for (let diesAtStep = 1; diesAtStep <= stepsTaken; diesAtStep++) {
      const world = simulate({ ...simulation, controlPlane: { diesAtStep, deadMsMax: 5_000 } });
      expectSound(world);
      expect(world.row).toMatchObject({ phase: 'cancelled' });
    }
  });

  it('finds the results of tasks that lost touch when it is gone for long', () => {
    const world = simulate({
      seed: 3,
      loadSeconds: 600,
      controlPlane: { dies: 0.02, deadMsMax: 400_000 },
      boundMs: 9e6,
    });
    expectSound(world);
    expect(world.row.phase).toBe('failed');
    expect(world.row.reason).toContain('lost touch');
    expect(world.parsed.size).toBe(4);
  });
});

const instant = fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null, freq: 3 });
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const taskFaults: fc.Arbitrary<Partial<TaskFaults>> = fc.record({
  diesAfterMs: instant,
  hangsAfterMs: instant,
  neverReady: rarely,
  failsBeforeReady: rarely,
  damagedResult: rarely,
  startDelayMs: fc.integer({ min: 0, max: 5_000 }),
});
const anything: fc.Arbitrary<Simulation> = fc.record({
  seed: fc.integer({ min: 0 }),
  regions: fc.record({ a: fc.integer({ min: 1, max: 4 }), b: fc.integer({ min: 1, max: 3 }) }),
  healthyThresholdPercent: fc.constantFrom(0, 50, 66.6, 100),
  loadSeconds: fc.integer({ min: 1, max: 60 }),
  taskFaults: fc.array(fc.option(taskFaults, { nil: undefined, freq: 2 }), { maxLength: 5 }),
  controlPlane: fc.record({
    dies: fc.constantFrom(0, 0.01, 0.2),
    deadMsMax: fc.constantFrom(1_000, 20_000),
    twice: fc.constantFrom(0, 0.5),
    late: fc.constantFrom(0, 0.5),
    lateMsMax: fc.constant(2_000),
  }),
  controlPlanes: fc.constantFrom(1, 1, 2),
  cancel: fc.option(
    fc.oneof(
      fc.record({ atMs: fc.integer({ min: 0, max: 90_000 }) }),
      fc.record({ phase: fc.constantFrom(...phases.slice(0, 6)) }),
    ),
    { nil: null },
  ),
  cancelWritesControl: fc.boolean(),
  criterionAtMs: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null, freq: 3 }),
  launcherDownMs: fc.constantFrom(0, 0, 2_000, 1_000_000),
  resultLagMs: fc.constantFrom(0, 500),
});

describe('any run', () => {
  it('ends soundly whatever goes wrong, and the same way for the same seed', () => {
    fc.assert(
      fc.property(anything, (simulation) => {
        const world = simulate(simulation);
        expectSound(world);
        expect(simulate(simulation).row).toEqual(world.row);
      }),
      { numRuns: 150 },
    );
  });

  it('loses nothing when only the control plane is unreliable', () => {
    fc.assert(
      fc.property(anything, (simulation) => {
        const controlPlane = { ...simulation.controlPlane, deadMsMax: 1_000 };
        const world = simulate({
          ...simulation,
          controlPlane,
          taskFaults: [],
          cancel: null,
          criterionAtMs: null,
          launcherDownMs: 0,
        });
        expectSound(world);
        expect(world.row).toMatchObject({ phase: 'complete', lostTasks: [] });
        expect(world.parsed.size).toBe(world.tasks.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('tasks that start slowly, and ticks that are seldom', () => {
  const elsewhere = {
    pace: sparingPaceMs,
    leaseSeconds: 120,
    timeouts: {
      provisioningSeconds: 900,
      lostGraceSeconds: 30,
      stopGraceSeconds: 90,
      stopSeconds: 300,
      cleaningUpSeconds: 300,
    },
  } satisfies Partial<Simulation>;
  const slow = [240_000, 30_000, 60_000, 90_000].map((startDelayMs) => ({ startDelayMs }));

  it('begin together when the slowest is there', () => {
    const world = simulate({ ...elsewhere, taskFaults: slow, loadSeconds: 600 });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'complete', lostTasks: [] });
    expect((world.row.goAtMs ?? 0) - START_MS).toBeGreaterThan(240_000);
    expect((world.row.endedAtMs ?? 0) - (world.row.goAtMs ?? 0)).toBeLessThan(630_000);
  });

  it('take a look every half minute in the middle of a long run, and none loses its lease', () => {
    const world = simulate({ ...elsewhere, loadSeconds: 7_200 });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'complete', lostTasks: [] });
    // Observing, storing and one command are three steps or less.
    expect(world.stepsTaken).toBeLessThan(3 * (7_200 / 30 + 120));
  });

  it('lose nothing when one tick in four fails and is tried again within seconds', () => {
    const world = simulate({
      ...elsewhere,
      loadSeconds: 7_200,
      taskFaults: slow,
      controlPlane: { dies: 0.1, deadMsMax: 16_000 },
    });
    expectSound(world);
    expect(world.row).toMatchObject({ phase: 'complete', lostTasks: [] });
  });

  it('end soundly whatever goes wrong', () => {
    fc.assert(
      fc.property(anything, fc.array(fc.constantFrom(0, 60_000, 400_000)), (simulation, delays) => {
        const taskFaults = Array.from({ length: 7 }, (_, i) => ({
          ...simulation.taskFaults?.[i],
          startDelayMs: delays[i] ?? 0,
        }));
        const world = simulate({ ...simulation, ...elsewhere, taskFaults, boundMs: 4_000_000 });
        expectSound(world);
      }),
      { numRuns: 60 },
    );
  });
});

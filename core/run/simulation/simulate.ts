/** Puts a run, its tasks and a control plane into a simulated world and lets time pass until the run is over. */
import { type Pace, quickPaceMs } from '../pace.ts';
import { processTimeouts } from '../policy.ts';
import { finalPhases, type Run } from '../run.ts';
import type { RunTimeouts } from '../run-timeouts.ts';
import { plannedTasks } from '../tasks.ts';
import { createRandom } from './random.ts';
import { type ControlPlaneFaults, reliable, SimulatedControlPlane } from './simulated-control-plane.ts';
import { noFaults, SimulatedTask, type TaskFaults } from './simulated-task.ts';
import { World } from './world.ts';

export const START_MS = 1_700_000_000_000;

export interface Simulation {
  seed?: number;
  regions?: Record<string, number>;
  healthyThresholdPercent?: number;
  loadSeconds?: number;
  /** By the task's place among all tasks. */
  taskFaults?: (Partial<TaskFaults> | undefined)[];
  controlPlane?: Partial<ControlPlaneFaults>;
  controlPlanes?: number;
  /** Somebody asks to cancel at this instant, or as soon as the phase is reached. */
  cancel?: { atMs: number } | { phase: Run['phase'] } | null;
  /** Asking to cancel also writes `stop` at once, as the verb does. */
  cancelWritesControl?: boolean;
  criterionAtMs?: number | null;
  launcherDownMs?: number;
  /** From the landing of a result until it is seen. */
  resultLagMs?: number;
  /** Default: that of an embedded control plane. */
  pace?: Pace;
  timeouts?: RunTimeouts;
  leaseSeconds?: number;
  /** Simulated time at which it is given up. */
  boundMs?: number;
}

export function newRun(regions: Record<string, number>, healthyThresholdPercent: number, loadSeconds: number): Run {
  return {
    id: 'run-1',
    scenarioId: 'scenario-1',
    scenarioName: 'Simulated',
    version: 1,
    phase: 'queued',
    outcome: null,
    reason: null,
    regions: Object.entries(regions).map(([name, tasks]) => ({ name, tasks, share: 1 })),
    healthyThresholdPercent,
    durationSeconds: null,
    deadlineSeconds: loadSeconds + 60,
    controlPollMs: 500,
    timeouts: processTimeouts,
    createdAtMs: START_MS,
    phaseSinceMs: START_MS,
    goAtMs: null,
    stopAtMs: null,
    stopReason: null,
    cancelRequestedAtMs: null,
    endedAtMs: null,
    missingTasks: [],
    lostTasks: [],
    reportAttempts: 0,
    tokenHash: null,
    sourceSha256: null,
    secrets: [],
    verdict: null,
    summary: null,
  };
}

export function simulate(simulation: Simulation): World {
  const { regions = { a: 2, b: 2 }, healthyThresholdPercent = 100, loadSeconds = 20 } = simulation;
  const random = createRandom(simulation.seed ?? 1);
  const run: Run = {
    ...newRun(regions, healthyThresholdPercent, loadSeconds),
    durationSeconds: loadSeconds,
    timeouts: simulation.timeouts ?? processTimeouts,
  };
  const { pace = quickPaceMs } = simulation;
  const tasks = plannedTasks(run.regions).map((id, i) => {
    const times = {
      prepareMs: random.between(200, 1_500),
      loadMs: loadSeconds * 1000,
      leaseMs: (simulation.leaseSeconds ?? 30) * 1000,
      deliverMs: random.between(100, 1_000),
    };
    return new SimulatedTask(id, times, { ...noFaults, ...simulation.taskFaults?.[i] });
  });
  const world = new World(run, tasks);
  world.launcherDownUntilMs = START_MS + (simulation.launcherDownMs ?? 0);
  world.resultLagMs = simulation.resultLagMs ?? 0;
  const faults = { ...reliable, ...simulation.controlPlane };
  const planes = Array.from(
    { length: simulation.controlPlanes ?? 1 },
    () =>
      new SimulatedControlPlane(world, random, faults, (current, nowMs) =>
        pace(current, { segmentSeconds: 10, criteria: [] }, nowMs),
      ),
  );
  const boundMs = simulation.boundMs ?? (loadSeconds + 600) * 1000;
  while (!finalPhases.has(world.row.phase)) {
    if (world.nowMs - START_MS > boundMs) throw new Error(`not over after ${boundMs} ms: ${JSON.stringify(world.row)}`);
    influence(world, simulation);
    const plane = planes[Math.floor(random.next() * planes.length)];
    if (planes.length === 1) plane?.wholeTick();
    else plane?.step();
    world.advance(planes.length === 1 ? 250 : 100);
  }
  // Until a task that starts late, when nobody looks any more, has seen that it is over.
  world.advance(120_000 + Math.max(...tasks.map(({ faults: { startDelayMs } }) => startDelayMs)));
  world.stepsTaken = planes.reduce((sum, plane) => sum + plane.steps, 0);
  return world;
}

function influence(world: World, { cancel, cancelWritesControl, criterionAtMs }: Simulation): void {
  const ageMs = world.nowMs - START_MS;
  if (criterionAtMs != null && ageMs >= criterionAtMs) world.stopCriterion = { message: 'p95>1s', fail: true };
  if (cancel == null || world.row.cancelRequestedAtMs !== null) return;
  const due = 'phase' in cancel ? world.row.phase === cancel.phase : ageMs >= cancel.atMs;
  if (due) world.cancel(cancelWritesControl ?? true);
}

/** Scenario -> plan: the load of a run computed once, with every setting that its tasks and its control plane need. */
import { type FieldProblem, LoadstarError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Execution, LoadProfile, Scenario } from '../scenario/scenario.ts';
import { targetProblems } from '../targets/scenario-targets.ts';
import { TargetRules } from '../targets/target-rules.ts';
import {
  type LoadCurve,
  PLAN_FORMAT,
  type Plan,
  type PlannedExecution,
  type PlannedRegion,
  planSchema,
} from './plan.ts';

/** Requests under way at the planned end get this long at most. */
const GRACEFUL_STOP_SECONDS_MAX = 30;
/** From the end of the load until a task that has not delivered its results is given up. */
const DELIVERY_SECONDS = 60;
/** Lengths of a segment: they divide a minute, so that series fold at 10 and 60 s. A run should have at most so many segments a task. */
const SEGMENT_SECONDS = [5, 10, 15, 20, 30] as const;
const SEGMENTS_WANTED_MAX = 720;
/** Windows that a region prints per second, all its tasks together. */
const LIVE_WINDOWS_PER_SECOND_MAX = 50;
const CONTROL_POLL_MS = 250;
const LEASE_SECONDS = 15;

export interface PlanOptions {
  runId: string;
  /** 1 to 30. Default: 5 for a run of up to an hour (or of unknown length), more for longer ones. */
  segmentSeconds?: number;
  /** Null: no live data. Default: what the scenario says, every second, less often above 50 tasks in a region. */
  liveIntervalSeconds?: number | null;
  controlPollMs?: number;
  leaseSeconds?: number;
  /** Targets that the administrator allows; null: all but those that never are. */
  targetAllowList?: readonly string[] | null;
}

/**
 * Computes the plan. Throws `scenario_invalid` with the fields where the load cannot be planned (too many tasks or users, too long,
 * an open model without a duration, a host that cannot be a target), `option_invalid` for options out of range.
 */
export function makePlan(scenario: Scenario, options: PlanOptions): Plan {
  const regions = Object.entries(scenario.regions).map(([name, { tasks, share }]) => ({ name, tasks, share }));
  const allow = options.targetAllowList ?? null;
  const problems = [...problemsOf(scenario, regions), ...targetProblems(scenario, new TargetRules(allow))];
  if (problems.length > 0) {
    throw new LoadstarError('scenario_invalid', `The load of scenario '${scenario.name}' cannot be planned.`, {
      fields: problems,
    });
  }
  const executions = scenario.executions.map((execution) => planExecution(execution, regions));
  const ends = executions.map(({ load }) => load.endSeconds);
  const durationSeconds = ends.reduce((last, end) => (last === null || end === null ? null : Math.max(last, end)));
  const flowNames = new Set(scenario.executions.map(({ flow }) => flow));
  const gracefulStopSeconds = gracefulStopSecondsOf(scenario, flowNames);
  const plan: Plan = {
    format: PLAN_FORMAT,
    runId: options.runId,
    scenarioName: scenario.name,
    regions,
    executions,
    flows: Object.fromEntries(Object.entries(scenario.flows).filter(([name]) => flowNames.has(name))),
    criteria: scenario.criteria,
    healthyThresholdPercent: scenario.healthyThresholdPercent,
    targets: { allow: allow === null ? null : [...allow] },
    durationSeconds,
    deadlineSeconds: (durationSeconds ?? limits.runSecondsMax) + gracefulStopSeconds + DELIVERY_SECONDS,
    gracefulStopSeconds,
    segmentSeconds: options.segmentSeconds ?? segmentSecondsFor(durationSeconds),
    liveIntervalSeconds:
      options.liveIntervalSeconds === undefined
        ? liveIntervalSecondsFor(scenario.live, regions)
        : options.liveIntervalSeconds,
    controlPollMs: options.controlPollMs ?? CONTROL_POLL_MS,
    leaseSeconds: options.leaseSeconds ?? LEASE_SECONDS,
  };
  return checked(plan);
}

/** The curve of a load that rises to `level` and holds it. `stair` gives the height of the `k`-th of `steps` stairs. */
function rampAndHold(load: LoadProfile, level: number, stair: (k: number, steps: number) => number): LoadCurve {
  const { rampUpSeconds, holdForSeconds, steps } = load;
  const curve: LoadCurve = [];
  if (rampUpSeconds > 0 && steps === null) {
    curve.push({ seconds: rampUpSeconds, from: 0, to: level });
  } else if (rampUpSeconds > 0 && steps !== null) {
    for (let k = 1; k <= steps; k++) {
      const height = stair(k, steps);
      curve.push({ seconds: rampUpSeconds / steps, from: height, to: height });
    }
  }
  if (holdForSeconds > 0 || curve.length === 0) curve.push({ seconds: holdForSeconds, from: level, to: level });
  return curve;
}

function planExecution({ engine, flow, load }: Execution, regions: readonly PlannedRegion[]): PlannedExecution {
  const seconds = load.rampUpSeconds + load.holdForSeconds;
  const endSeconds = seconds > 0 ? seconds : null;
  if (load.model === 'open') {
    const starts = rampAndHold(load, load.requestsPerSecond, (k, steps) => (load.requestsPerSecond * k) / steps);
    return {
      engine,
      flow,
      load: {
        model: 'open',
        starts,
        usersMax: load.concurrency ?? unboundUsersMax(regions),
        usersBound: load.concurrency !== null,
        iterationsPerUser: load.iterations,
        endSeconds: seconds,
      },
    };
  }
  const users = rampAndHold(load, load.concurrency, (k, steps) => Math.ceil((load.concurrency * k) / steps));
  // As in Taurus, a load with neither duration nor iterations is one iteration.
  const iterationsPerUser = load.iterations ?? (endSeconds === null ? 1 : null);
  return {
    engine,
    flow,
    load: { model: 'closed', users, usersMax: load.concurrency, iterationsPerUser, endSeconds },
  };
}

/** Users of an open model that gave none: so many that the task with the largest share gets what a task may open. */
function unboundUsersMax(regions: readonly PlannedRegion[]): number {
  const shares = regions.reduce((sum, { share }) => sum + share, 0);
  const users = regions.map(({ tasks, share }) => (limits.openModelUsersPerTaskMax * tasks * shares) / share);
  return Math.min(limits.usersMax, Math.floor(Math.min(...users)));
}

function gracefulStopSecondsOf(scenario: Scenario, flowNames: ReadonlySet<string>): number {
  let longest = 0;
  for (const name of flowNames) {
    for (const step of scenario.flows[name]?.steps ?? []) longest = Math.max(longest, step.timeoutSeconds);
  }
  return Math.min(GRACEFUL_STOP_SECONDS_MAX, longest);
}

function segmentSecondsFor(durationSeconds: number | null): number {
  const wanted = (durationSeconds ?? 0) / SEGMENTS_WANTED_MAX;
  return SEGMENT_SECONDS.find((seconds) => seconds >= wanted) ?? SEGMENT_SECONDS[SEGMENT_SECONDS.length - 1]!;
}

function liveIntervalSecondsFor(live: boolean, regions: readonly PlannedRegion[]): number | null {
  const tasksMax = Math.max(...regions.map(({ tasks }) => tasks));
  return live ? Math.ceil(tasksMax / LIVE_WINDOWS_PER_SECOND_MAX) : null;
}

function problemsOf(scenario: Scenario, regions: readonly PlannedRegion[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  if (regions.length < 1 || regions.length > limits.regionsMax) {
    problems.push({ path: 'loadstar.regions', message: `1 to ${limits.regionsMax} regions, not ${regions.length}` });
  }
  if (tasks > limits.tasksMax) {
    problems.push({ path: 'loadstar.regions', message: `at most ${limits.tasksMax} tasks in all, not ${tasks}` });
  }
  const users = scenario.executions.reduce((sum, { load }) => sum + (load.concurrency ?? 0), 0);
  if (users > limits.usersMax) {
    problems.push({
      path: 'execution',
      message: `at most ${limits.usersMax} users (concurrency) in all, not ${users}`,
    });
  }
  for (const [position, { flow, load }] of scenario.executions.entries()) {
    const path = `execution[${position}]`;
    const seconds = load.rampUpSeconds + load.holdForSeconds;
    if (!Object.hasOwn(scenario.flows, flow)) {
      problems.push({ path: `${path}.scenario`, message: `no scenario is named '${flow}'` });
    }
    if (!(seconds <= limits.runSecondsMax)) {
      problems.push({
        path: `${path}.hold-for`,
        message: `ramp-up and hold-for are at most ${limits.runSecondsMax} s (30 days) together, not ${seconds} s`,
      });
    }
    if (load.model === 'open' && seconds === 0) {
      problems.push({ path: `${path}.hold-for`, message: 'with throughput, give hold-for or ramp-up, such as 1m' });
    }
  }
  return problems;
}

/** What is written to a run folder is read back by the same schema: so options out of range are met here, not in every task. */
function checked(plan: Plan): Plan {
  const result = planSchema.safeParse(plan);
  if (result.success) return plan;
  const fields = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new LoadstarError('option_invalid', 'The plan of the run would not be valid.', { fields });
}

/** The load of one execution as curves over time. */
import { limits } from '../limits.ts';
import type { Execution, LoadProfile, Stages } from '../scenario/scenario.ts';
import type { LoadCurve, PlannedExecution, PlannedRegion } from './plan.ts';

/** Seconds of load from an execution's beginning to its end; 0 when only iterations end it. */
export function loadSeconds({ rampUpSeconds, holdForSeconds, stages }: LoadProfile): number {
  if (stages === null) return rampUpSeconds + holdForSeconds;
  return stages.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
}

/** An execution's part of the plan. `regions` say how many tasks there are. */
export function planExecution(execution: Execution, regions: readonly PlannedRegion[]): PlannedExecution {
  const { engine, flow, load, delaySeconds, startAt } = execution;
  const seconds = loadSeconds(load);
  const planned = { engine, flow, delaySeconds, startAtMs: startAt === null ? null : Date.parse(startAt) };
  if (load.model === 'open') {
    const level = load.startsPerSecond;
    return {
      ...planned,
      load: {
        model: 'open',
        starts: curveOf(load, level, (k, steps) => (level * k) / steps),
        startUnit: load.starts,
        users: takesTurns(load) ? usersCurve(load, load.concurrency ?? 0) : null,
        usersMax: load.concurrency ?? unboundUsersMax(regions),
        usersBound: load.concurrency !== null,
        iterationsPerUser: load.iterations,
        endSeconds: seconds,
      },
    };
  }
  const level = load.concurrency;
  return {
    ...planned,
    load: {
      model: 'closed',
      users: usersCurve(load, level),
      usersMax: level,
      // As in Taurus, a load with neither duration nor iterations is one iteration.
      iterationsPerUser: load.iterations ?? (seconds === 0 ? 1 : null),
      endSeconds: seconds > 0 && !isUntilDone(load) ? seconds : null,
    },
  };
}

/** As in Taurus, where a ramp-up alone does not end iterations: all users do theirs, also those that come last. */
function isUntilDone({ iterations, holdForSeconds, stages }: LoadProfile): boolean {
  return iterations !== null && holdForSeconds === 0 && stages === null;
}

/** Taurus' `throughput` with `concurrency`: all its users share the rate. */
function takesTurns(load: LoadProfile & { model: 'open' }): boolean {
  return load.starts === 'requests' && load.concurrency !== null;
}

/** How many users there are over time. Stages of starts say nothing of them: they are all there from the beginning then. */
export function usersCurve(load: LoadProfile, level: number): LoadCurve {
  const shape: LoadProfile = load.model === 'open' ? { ...load, stages: null } : load;
  return curveOf(shape, level, (k, steps) => Math.ceil((level * k) / steps));
}

/** The curve of a load that rises to `level` and holds it, or goes through its stages. `stair`: height of the `k`-th of `steps` stairs. */
function curveOf(load: LoadProfile, level: number, stair: (k: number, steps: number) => number): LoadCurve {
  const { rampUpSeconds, holdForSeconds, steps, stages } = load;
  if (stages !== null) return stagesCurve(stages);
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

/** From one target to the next; a stage without a length is a jump. */
function stagesCurve(stages: Stages): LoadCurve {
  const curve: LoadCurve = [];
  let from = 0;
  for (const { durationSeconds, target } of stages) {
    if (durationSeconds > 0) curve.push({ seconds: durationSeconds, from, to: target });
    from = target;
  }
  return curve;
}

/** Users of an open model that gave none: so many that the task with the largest share gets what a task may open. */
function unboundUsersMax(regions: readonly PlannedRegion[]): number {
  const shares = regions.reduce((sum, { share }) => sum + share, 0);
  const users = regions.map(({ tasks, share }) => (limits.openModelUsersPerTaskMax * tasks * shares) / share);
  return Math.min(limits.usersMax, Math.floor(Math.min(...users)));
}

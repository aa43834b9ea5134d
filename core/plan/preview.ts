/** The plan as data for drawing and for people: what each execution would run, what each task has of it, and all of it over time. */
import { beginSeconds } from './begin-seconds.ts';
import { curveSeconds, StartSchedule, valueAt } from './load-curve.ts';
import type { LoadCurve, Plan, PlannedExecution, TaskId } from './plan.ts';
import { type ExecutionShare, executionShares } from './shard.ts';

/** One execution over all tasks. */
export interface ExecutionPreview {
  flow: string;
  model: 'closed' | 'open';
  /** Of `unit`, over the seconds from the execution's beginning. */
  curve: LoadCurve;
  unit: 'users' | 'requests/s' | 'iterations/s';
  /** From go to its beginning, or from its instant when it has one. */
  delaySeconds: number;
  /** Epoch milliseconds; null: with the run. */
  startAtMs: number | null;
  /** From its beginning; null: when all users have done their iterations. */
  endSeconds: number | null;
  usersMax: number;
  iterationsPerUser: number | null;
  /** Null in the closed model. */
  plannedStarts: number | null;
}

/** What a task has of an execution, or of all of them. */
export interface PartPreview {
  usersMax: number;
  /** Null without an open execution. */
  plannedStarts: number | null;
}

export class PlanPreviewer {
  readonly executions: ExecutionPreview[];
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.executions = plan.executions.map(executionPreview);
  }

  /** Throws `not_found` for a task that the plan does not have. */
  task(id: TaskId): PartPreview & { executions: PartPreview[] } {
    const executions = executionShares(this.#plan, id).map(({ users, starts }, position) => {
      const { plannedStarts, usersMax } = this.executions[position]!;
      return {
        usersMax: users.countBelow(usersMax),
        plannedStarts: plannedStarts === null ? null : (starts ?? users).countBelow(plannedStarts),
      };
    });
    const planned = executions.flatMap(({ plannedStarts }) => plannedStarts ?? []);
    return {
      usersMax: executions.reduce((sum, { usersMax }) => sum + usersMax, 0),
      plannedStarts: planned.length === 0 ? null : planned.reduce((sum, starts) => sum + starts, 0),
      executions,
    };
  }
}

function executionPreview({ flow, delaySeconds, startAtMs, load }: PlannedExecution): ExecutionPreview {
  const { usersMax, iterationsPerUser, endSeconds } = load;
  const common = { flow, delaySeconds, startAtMs, endSeconds, usersMax, iterationsPerUser };
  if (load.model === 'closed') {
    return { ...common, model: 'closed', curve: load.users, unit: 'users', plannedStarts: null };
  }
  return {
    ...common,
    model: 'open',
    curve: load.starts,
    unit: `${load.startUnit}/s`,
    plannedStarts: new StartSchedule(load.starts).startsPlanned(load.endSeconds),
  };
}

/** The load at an instant. Between two points it goes in a straight line; two points at the same instant are a jump. */
export interface PreviewPoint {
  /** From go. */
  seconds: number;
  /** Active users of the closed executions. */
  users: number;
  /** Requests due per second in the open executions that plan requests. */
  requestsPerSecond: number;
  /** Iterations due per second in those that plan iterations. */
  iterationsPerSecond: number;
}

/**
 * The planned load of the run, or of one of its tasks, from go to its end. `goAtMs`: epoch milliseconds of go; null: as if all instants
 * that executions wait for had come by then. Throws `not_found` for a task that the plan does not have.
 */
export function previewPlan(plan: Plan, id: TaskId | null = null, goAtMs: number | null = null): PreviewPoint[] {
  const shares = id === null ? null : executionShares(plan, id);
  const parts = plan.executions.map((execution, position) => ({
    load: execution.load,
    curve: execution.load.model === 'closed' ? execution.load.users : execution.load.starts,
    beginSeconds: beginSeconds(execution, goAtMs),
    share: shares?.[position] ?? null,
  }));
  const instants = new Set([0]);
  for (const { beginSeconds: begin, curve, load } of parts) {
    instants.add(begin);
    for (const corner of corners(curve)) instants.add(begin + corner);
    if (load.endSeconds !== null) instants.add(begin + load.endSeconds);
  }
  const points: PreviewPoint[] = [];
  for (const seconds of [...instants].sort((a, b) => a - b)) {
    const before = pointAt(parts, seconds, 'before');
    const after = pointAt(parts, seconds, 'after');
    const jumps = (Object.keys(after) as (keyof PreviewPoint)[]).some((key) => before[key] !== after[key]);
    if (jumps && seconds > 0) points.push(before);
    points.push(after);
  }
  return points;
}

interface Part {
  load: PlannedExecution['load'];
  curve: LoadCurve;
  beginSeconds: number;
  /** Null: all of it. */
  share: ExecutionShare | null;
}

function pointAt(parts: readonly Part[], seconds: number, side: 'before' | 'after'): PreviewPoint {
  const point = { seconds, users: 0, requestsPerSecond: 0, iterationsPerSecond: 0 };
  for (const { load, curve, beginSeconds: begin, share } of parts) {
    const within = seconds - begin;
    const isAhead = side === 'after' ? within < 0 : within <= 0;
    const end = load.endSeconds ?? Number.POSITIVE_INFINITY;
    const isOver = side === 'after' ? within >= end : within > end;
    if (isAhead || isOver) continue;
    const value = valueAt(curve, within, side);
    if (load.model === 'closed') {
      // Less what rounding may have put on top of a whole number.
      const users = Math.ceil(value - 1e-6);
      point.users += share === null ? users : share.users.countBelow(users);
    } else {
      point[`${load.startUnit}PerSecond`] += value * (share?.starts?.proportion ?? 1);
    }
  }
  return point;
}

/** The instants at which the pieces of a curve end. */
function corners(curve: LoadCurve): number[] {
  return curve.map((_, position) => curveSeconds(curve.slice(0, position + 1)));
}

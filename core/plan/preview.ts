/** The plan as data for drawing: users and start rates over time, of the whole run or of one task. */
import { curveSeconds, valueAt } from './load-curve.ts';
import type { LoadCurve, Plan, TaskId } from './plan.ts';
import { type ExecutionShare, executionShares } from './shard.ts';

/** The load at an instant. Between two points it goes in a straight line; two points at the same instant are a jump. */
export interface PreviewPoint {
  seconds: number;
  /** Active users of the closed executions. */
  users: number;
  /** Requests due per second in the open executions. */
  startsPerSecond: number;
}

/** The planned load of the run, or of one of its tasks, from go to its end. Throws `not_found` for a task that the plan does not have. */
export function previewPlan(plan: Plan, id?: TaskId): PreviewPoint[] {
  const shares = id === undefined ? null : executionShares(plan, id);
  const instants = new Set([0]);
  for (const { load } of plan.executions) {
    for (const corner of corners(load.model === 'closed' ? load.users : load.starts)) instants.add(corner);
    if (load.endSeconds !== null) instants.add(load.endSeconds);
  }
  const points: PreviewPoint[] = [];
  for (const seconds of [...instants].sort((a, b) => a - b)) {
    const before = pointAt(plan, shares, seconds, 'before');
    const after = pointAt(plan, shares, seconds, 'after');
    const jumps = before.users !== after.users || before.startsPerSecond !== after.startsPerSecond;
    if (jumps) points.push(before);
    points.push(after);
  }
  return points;
}

function pointAt(
  plan: Plan,
  shares: readonly ExecutionShare[] | null,
  seconds: number,
  side: 'before' | 'after',
): PreviewPoint {
  const point = { seconds, users: 0, startsPerSecond: 0 };
  for (const [position, { load }] of plan.executions.entries()) {
    const isOver =
      load.endSeconds !== null && (seconds > load.endSeconds || (seconds === load.endSeconds && side === 'after'));
    if (isOver) continue;
    const share = shares?.[position];
    if (load.model === 'closed') {
      // Less what rounding may have put on top of a whole number.
      const users = Math.ceil(valueAt(load.users, seconds, side) - 1e-6);
      point.users += share === undefined ? users : share.users.countBelow(users);
    } else {
      point.startsPerSecond += valueAt(load.starts, seconds, side) * (share?.starts?.proportion ?? 1);
    }
  }
  return point;
}

/** The instants at which the pieces of a curve end. */
function corners(curve: LoadCurve): number[] {
  return curve.map((_, position) => curveSeconds(curve.slice(0, position + 1)));
}

/** What was planned at each second, to draw beside what was measured. */

import type { RunPlan } from '../../../../core/api/runs.ts';
import { curveSeconds, valueAt } from '../../../../core/plan/load-curve.ts';
import type { LoadCurve } from '../../../../core/plan/plan.ts';

/** The curve's value at a second after its beginning; 0 before and behind it. */
export function curveAt(curve: LoadCurve, second: number): number {
  return second < 0 || second >= curveSeconds(curve) ? 0 : valueAt(curve, second);
}

type Planned = Pick<RunPlan['executions'][number], 'curve' | 'unit' | 'beginSeconds'>;

/** The executions of a plan, whatever runs them. Null: of one of them it is not known before it runs what it will do. */
export function plannedOf({ executions, taurus }: RunPlan): Planned[] | null {
  if (taurus === null) return executions;
  const curves = taurus.executions.map(({ delaySeconds, shape: { curve, unit } }) =>
    curve === null ? null : { curve, unit, beginSeconds: delaySeconds },
  );
  return curves.every((curve) => curve !== null) ? curves : null;
}

/** The sum of all executions that are planned in a unit, at each of the seconds; null when none is. */
export function plannedAt(
  executions: readonly Planned[],
  unit: RunPlan['executions'][number]['unit'],
  seconds: readonly number[],
): number[] | null {
  const planned = executions.filter((execution) => execution.unit === unit);
  if (planned.length === 0) return null;
  return seconds.map((second) =>
    planned.reduce((sum, { beginSeconds, curve }) => sum + curveAt(curve, second - (beginSeconds ?? 0)), 0),
  );
}

/** What was planned at each second, to draw beside what was measured. */
import type { LoadCurve } from '../../../../core/plan/plan.ts';
import type { RunPlan } from '../../api/run-queries.ts';

/** The curve's value at a second after its beginning; 0 before and behind it. */
export function curveAt(curve: LoadCurve, second: number): number {
  let begin = 0;
  for (const { from, seconds, to } of curve) {
    if (second < begin) return 0;
    if (second < begin + seconds) return from + ((to - from) * (second - begin)) / seconds;
    begin += seconds;
  }
  return 0;
}

/** The sum of all executions that are planned in a unit, at each of the seconds; null when none is. */
export function plannedAt(
  { executions }: RunPlan,
  unit: RunPlan['executions'][number]['unit'],
  seconds: readonly number[],
): number[] | null {
  const planned = executions.filter((execution) => execution.unit === unit);
  if (planned.length === 0) return null;
  return seconds.map((second) =>
    planned.reduce((sum, { curve, delaySeconds }) => sum + curveAt(curve, second - delaySeconds), 0),
  );
}

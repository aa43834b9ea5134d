/** The load of several groups at once. */
import { curveSeconds, valueAt } from '../../plan/load-curve.ts';
import type { LoadCurve } from '../../plan/plan.ts';

/** Curves that run side by side, as one. */
export function sumCurves(curves: readonly LoadCurve[]): LoadCurve {
  const ends = curves.map(curveSeconds);
  const corners = curves.flatMap((curve) => curve.map((_, position) => curveSeconds(curve.slice(0, position + 1))));
  const instants = [...new Set(corners)].sort((a, b) => a - b);
  const at = (seconds: number, side: 'before' | 'after') =>
    curves.reduce((sum, curve, i) => {
      const isOver = side === 'after' ? seconds >= ends[i]! : seconds > ends[i]!;
      return isOver ? sum : sum + valueAt(curve, seconds, side);
    }, 0);
  let begin = 0;
  return instants.map((end) => {
    const piece = { seconds: end - begin, from: at(begin, 'after'), to: at(end, 'before') };
    begin = end;
    return piece;
  });
}

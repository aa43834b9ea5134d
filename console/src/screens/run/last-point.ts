/** The end of a run's series, as charts show it. */
import type { Series } from '../../../../core/api/runs.ts';

type Point = Series['points'][number];

/**
 * A run seldom ends with a whole second. Its rates are those of the part that it filled; where that is less than half, the point says more about the
 * clock than about the target and is left out, unless something failed in it. `endSecond`: when the last request ended, from go; null while it is not known.
 */
export function withMeasuredEnd(points: readonly Point[], endSecond: number | null): readonly Point[] {
  const last = points.at(-1);
  if (last === undefined || endSecond === null) return points;
  const filledSeconds = endSecond - last.second;
  if (filledSeconds >= last.seconds) return points;
  const before = points.slice(0, -1);
  if (filledSeconds < last.seconds / 2) return last.failures > 0 || before.length === 0 ? points : before;
  return [...before, { ...last, seconds: filledSeconds, requestsPerSecond: last.requests / filledSeconds }];
}

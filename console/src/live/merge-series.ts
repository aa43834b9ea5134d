/**
 * A run's series as it is shown while the run goes on: what the control plane has merged, and behind its end what was told live. A second is either
 * from the one or from the other, never from both.
 */
import type { Series } from '../../../core/api/runs.ts';
import type { LiveMoment } from '../../../core/live/live-parts.ts';
import { seriesPointOf } from '../../../core/report/series-point.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';

/** Seconds from go; `to` is not in it. */
type Range = { from: number; to: number };
type Point = Series['points'][number];

/** An interval is shown when as many tasks have told of it as of any of the last so many: else its end would always droop. */
const MOMENTS_COMPARED = 3;

/** Of moments that have not changed since. */
const known = new WeakMap<LiveMoment, Point>();

/** Where the merged series ends, in seconds from go. */
export function endOf({ points }: Series): number {
  const last = points.at(-1);
  return last === undefined ? 0 : last.second + last.seconds;
}

/** `moments` in order of time. */
export function mergeSeries(merged: Series, moments: readonly LiveMoment[], range: Range | null): Series {
  const from = Math.max(endOf(merged), range?.from ?? 0);
  const to = range?.to ?? Number.POSITIVE_INFINITY;
  const told = complete(moments).filter(({ second, seconds }) => second >= from && second + seconds <= to);
  if (told.length === 0) return merged;
  const { resolutionSeconds } = merged;
  const ticks = Map.groupBy(told, ({ second }) => Math.floor(second / resolutionSeconds));
  return { resolutionSeconds, points: [...merged.points, ...[...ticks.values()].map(pointOf)] };
}

/** Without those at the end of which not all have told that still tell. */
function complete(moments: readonly LiveMoment[]): readonly LiveMoment[] {
  const told = Math.max(0, ...moments.slice(-MOMENTS_COMPARED).map(({ tasks }) => tasks));
  return moments.slice(0, moments.findLastIndex(({ tasks }) => tasks >= told) + 1);
}

function pointOf(moments: readonly LiveMoment[]): Point {
  const [first] = moments;
  if (first === undefined) throw new Error('a tick has a moment');
  if (moments.length > 1) {
    const statistics = new Statistics();
    for (const { total } of moments) statistics.addLater(total);
    const seconds = moments.reduce((sum, moment) => sum + moment.seconds, 0);
    return seriesPointOf({ second: first.second, seconds, statistics });
  }
  const point = known.get(first) ?? seriesPointOf({ ...first, statistics: first.total });
  known.set(first, point);
  return point;
}

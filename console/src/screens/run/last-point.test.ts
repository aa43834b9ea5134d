import { describe, expect, it } from 'vitest';
import { seriesPointOf } from '../../../../core/report/series-point.ts';
import { Statistics } from '../../../../core/statistics/statistics.ts';
import { withMeasuredEnd } from './last-point.ts';

const point = (second: number, requests: number, failures = 0) =>
  seriesPointOf({ second, seconds: 1, statistics: Object.assign(new Statistics(), { requests, failures }) });

describe('the end of a series', () => {
  const points = [point(0, 60), point(1, 60), point(2, 42)];

  it('is as it is while the run goes on, and when the last second was whole', () => {
    expect(withMeasuredEnd(points, null)).toBe(points);
    expect(withMeasuredEnd(points, 3)).toBe(points);
    expect(withMeasuredEnd([], 3)).toEqual([]);
  });

  it('has the rate of the part of its last second in which there was load', () => {
    const [, , last] = withMeasuredEnd(points, 2.7);
    expect([last?.requests, last?.seconds, Math.round(last?.requestsPerSecond ?? 0)]).toEqual([42, 2.7 - 2, 60]);
  });

  it('leaves out a rest of less than half a second, but nothing that failed', () => {
    expect(withMeasuredEnd(points, 2.2).map(({ second }) => second)).toEqual([0, 1]);
    const failed = [...points.slice(0, 2), point(2, 3, 3)];
    expect(withMeasuredEnd(failed, 2.2)).toBe(failed);
    const only = [point(0, 3)];
    expect(withMeasuredEnd(only, 0.2)).toBe(only);
  });
});

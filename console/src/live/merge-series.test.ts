import { describe, expect, it } from 'vitest';
import type { Series } from '../../../core/api/runs.ts';
import type { LiveMoment } from '../../../core/live/live-parts.ts';
import { seriesPointOf } from '../../../core/report/series-point.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { mergeSeries } from './merge-series.ts';

function statisticsOf(requests: number, us = 1_000): Statistics {
  const statistics = new Statistics();
  statistics.requests = requests;
  statistics.concurrencyMax = requests;
  for (let i = 0; i < requests; i++) statistics.serviceTime.record(us);
  return statistics;
}

const moment = (second: number, { requests = 5, seconds = 1, tasks = 2, us = 2_000 } = {}): LiveMoment => ({
  second,
  seconds,
  total: statisticsOf(requests, us),
  tasks,
});

function merged(seconds: number, resolutionSeconds = 1): Series {
  const points: Series['points'] = [];
  for (let second = 0; second < seconds; second += resolutionSeconds) {
    points.push(seriesPointOf({ second, seconds: resolutionSeconds, statistics: statisticsOf(100) }));
  }
  return { resolutionSeconds, points };
}

const spans = ({ points }: Series) => points.map(({ second, seconds, requests }) => [second, seconds, requests]);

describe('a series with live data behind it', () => {
  it('has each second once: of what is merged already, nothing is taken from live data', () => {
    const moments = [0, 1, 2, 3, 4].map((second) => moment(second));
    expect(spans(mergeSeries(merged(3), moments, null))).toEqual([
      [0, 1, 100],
      [1, 1, 100],
      [2, 1, 100],
      [3, 1, 5],
      [4, 1, 5],
    ]);
    expect(mergeSeries(merged(5), moments, null)).toEqual(merged(5));
    expect(spans(mergeSeries(merged(0), moments.slice(0, 2), null))).toEqual([
      [0, 1, 5],
      [1, 1, 5],
    ]);
  });

  it('has exact points of what was told live', () => {
    const { points } = mergeSeries(merged(1), [moment(1, { requests: 4, us: 7_000 })], null);
    expect(points[1]).toMatchObject({ users: 4, requestsPerSecond: 4, responseTimeMs: { count: 4, p95: 7, max: 7 } });
  });

  it('is as coarse as what is merged', () => {
    const moments = Array.from({ length: 15 }, (_, i) => moment(20 + i));
    expect(spans(mergeSeries(merged(20, 10), moments, null)).slice(2)).toEqual([
      [20, 10, 50],
      [30, 5, 25],
    ]);
    const { points } = mergeSeries(merged(20, 10), moments, null);
    expect(points[2]).toMatchObject({ users: 5, requestsPerSecond: 5, responseTimeMs: { count: 50 } });
  });

  it('takes intervals of several seconds, but none that is half merged already', () => {
    const moments = [4, 8, 12].map((second) => moment(second, { seconds: 4, requests: 8 }));
    expect(spans(mergeSeries(merged(6), moments, null)).slice(6)).toEqual([
      [8, 4, 8],
      [12, 4, 8],
    ]);
  });

  it('keeps to the range', () => {
    const moments = [0, 1, 2, 3, 4].map((second) => moment(second));
    const none: Series = { resolutionSeconds: 1, points: [] };
    expect(spans(mergeSeries(none, moments, { from: 1, to: 3 }))).toEqual([
      [1, 1, 5],
      [2, 1, 5],
    ]);
  });

  it('ends with the last second of which all have told that still tell', () => {
    const early = [moment(0, { tasks: 4 }), moment(1, { tasks: 4 })];
    const half = [...early, moment(2, { tasks: 1 })];
    expect(mergeSeries(merged(0), half, null).points).toHaveLength(2);
    const fewer = [...early, ...[2, 3, 4].map((second) => moment(second, { tasks: 1 }))];
    expect(mergeSeries(merged(0), fewer, null).points).toHaveLength(5);
  });
});

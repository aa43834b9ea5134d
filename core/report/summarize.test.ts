import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { distributionOf, sample, statisticsOf } from '../statistics/fixtures/samples.ts';
import { OTHER_ERROR, Statistics } from '../statistics/statistics.ts';
import { statisticsSummarySchema } from './report.ts';
import { summarize, summarizeDistribution } from './summarize.ts';

describe('summarizeDistribution', () => {
  it('gives milliseconds', () => {
    const thousand = distributionOf(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(summarizeDistribution(thousand)).toEqual({
      count: 1000,
      min: 0.001,
      mean: 0.5005,
      stdev: expect.closeTo(Math.sqrt((1000 ** 2 - 1) / 12) / 1000, 12),
      p50: 0.5,
      p75: 0.75,
      p90: 0.9,
      p95: 0.95,
      p99: 0.99,
      p999: 0.999,
      max: 1,
    });
  });

  it('is all zero when nothing was measured', () => {
    expect(new Set(Object.values(summarizeDistribution(distributionOf([]))))).toEqual(new Set([0]));
  });
});

describe('summarize', () => {
  it('gives what the report may hold, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 20 }), (samples) => {
        const summary = summarize(statisticsOf(samples, 5_000_000));
        expect(statisticsSummarySchema.parse(summary)).toEqual(summary);
        expect(summary.requestsPerSecond).toBe(samples.length === 0 ? 0 : samples.length / 5);
        expect(summary.errors.reduce((sum, { count }) => sum + count, 0)).toBe(summary.failures);
        expect(Object.values(summary.codes).reduce((sum, count) => sum + count, 0)).toBe(samples.length);
      }),
    );
  });

  it('takes rates over the last end, or over the time given', () => {
    const statistics = new Statistics();
    statistics.requests = 30;
    expect(summarize(statistics).requestsPerSecond).toBe(0);
    statistics.lastEndedUs = 2_500_000;
    expect(summarize(statistics).requestsPerSecond).toBe(12);
    expect(summarize(statistics, 10).requestsPerSecond).toBe(3);
    expect(summarize(statistics, 0).requestsPerSecond).toBe(0);
  });

  it('takes service times for response times when there are no others', () => {
    const statistics = new Statistics();
    statistics.serviceTime.record(1000);
    expect(summarize(statistics).responseTimeMs.max).toBe(1);
    statistics.splitResponseTime().record(9000);
    expect(summarize(statistics).responseTimeMs.max).toBe(9);
    expect(summarize(statistics).serviceTimeMs.max).toBe(1);
  });

  it('orders errors by count, then by type and message, whatever order they came in', () => {
    const errors = [
      { type: 'b', message: 'x', count: 1, example: null },
      { type: 'a', message: 'y', count: 1, example: 'e' },
      { type: 'a', message: 'x', count: 1, example: null },
      { type: 'z', message: 'z', count: 2, example: null },
    ];
    for (const order of [errors, errors.toReversed()]) {
      const statistics = new Statistics();
      for (const error of order) statistics.countError(error);
      expect(summarize(statistics).errors).toEqual([errors[3], errors[2], errors[1], errors[0]]);
    }
  });

  it('folds the rarest of too many errors into one, with those that were folded before', () => {
    const statistics = new Statistics();
    for (let i = 0; i < limits.errorTypesMax + 7; i++) {
      statistics.countError({ type: 'http', message: String(i), count: 1000 - i, example: null });
    }
    statistics.countError({ ...OTHER_ERROR, count: 5, example: null });
    const { errors } = summarize(statistics);
    expect(errors.length).toBe(limits.errorTypesMax + 1);
    expect(errors.at(-2)?.message).toBe(String(limits.errorTypesMax - 1));
    let folded = 5;
    for (let i = limits.errorTypesMax; i < limits.errorTypesMax + 7; i++) folded += 1000 - i;
    expect(errors.at(-1)).toEqual({ ...OTHER_ERROR, count: folded, example: null });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution } from './distribution.ts';
import { distributionOf, durationUs, plainDistribution } from './fixtures/samples.ts';
import { LARGEST_VALUE_US } from './histogram.ts';

const durations = fc.array(durationUs, { minLength: 1, maxLength: 60 });

/** The value of which at least `percentile` per cent are not larger, by exact arithmetic. `percentile` in thousandths of a per cent. */
function orderStatistic(values: readonly number[], percentileThousandths: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = (BigInt(percentileThousandths) * BigInt(values.length) + 99_999n) / 100_000n;
  return sorted[Math.max(1, Number(rank)) - 1]!;
}

describe('Distribution', () => {
  it('merges the same in any order and grouping', () => {
    fc.assert(
      fc.property(durations, durations, durations, (a, b, c) => {
        const [all, leftToRight, rightToLeft] = [
          distributionOf([...a, ...b, ...c]),
          distributionOf(a),
          distributionOf(c),
        ];
        leftToRight.add(distributionOf(b));
        leftToRight.add(distributionOf(c));
        const middle = distributionOf(b);
        middle.add(distributionOf(a));
        rightToLeft.add(middle);
        expect(plainDistribution(leftToRight)).toEqual(plainDistribution(all));
        expect(plainDistribution(rightToLeft)).toEqual(plainDistribution(all));
      }),
    );
  });

  it('is not changed by adding an empty one', () => {
    const distribution = distributionOf([5, 7]);
    distribution.add(new Distribution());
    expect(plainDistribution(distribution)).toEqual(plainDistribution(distributionOf([5, 7])));
  });

  it('gives percentiles at most 1/1024 above the true order statistic, within minimum and maximum', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 100_000 }), (values, thousandths) => {
        const truth = orderStatistic(values, thousandths);
        const answer = distributionOf(values).percentileUs(thousandths / 1000);
        expect(answer).toBeGreaterThanOrEqual(truth);
        expect(answer).toBeLessThanOrEqual(truth + truth / 1024);
        expect(answer).toBeGreaterThanOrEqual(Math.min(...values));
        expect(answer).toBeLessThanOrEqual(Math.max(...values));
      }),
      { numRuns: 500 },
    );
  });

  it('does not take the next rank when the wanted one is whole', () => {
    // In floating point 99.9 / 100 * 1000 is 999.0000000000001, and 55 / 100 * 100 is 55.00000000000001.
    const thousand = new Distribution();
    for (let us = 1; us <= 1000; us++) thousand.record(us);
    expect(thousand.percentileUs(99.9)).toBe(999);
    const hundred = new Distribution();
    for (let us = 1; us <= 100; us++) hundred.record(us);
    for (let percentile = 1; percentile <= 100; percentile++) expect(hundred.percentileUs(percentile)).toBe(percentile);
  });

  it('keeps count, sum and sum of squares exactly', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const { count, sumUs, squaresHigh, squaresLow, minUs, maxUs } = distributionOf(values);
        expect(count).toBe(values.length);
        expect(BigInt(sumUs)).toBe(values.reduce((sum, us) => sum + BigInt(us), 0n));
        expect(BigInt(squaresHigh) * 2n ** 48n + BigInt(squaresLow)).toBe(
          values.reduce((sum, us) => sum + BigInt(us) * BigInt(us), 0n),
        );
        expect(squaresLow).toBeLessThan(2 ** 48);
        expect([minUs, maxUs]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it('carries squares over when they are merged', () => {
    const one = new Distribution();
    for (let i = 0; i < 300; i++) one.record(2 ** 26 - 1);
    const sum = new Distribution();
    for (let i = 0; i < 100; i++) sum.add(one);
    expect(BigInt(sum.squaresHigh) * 2n ** 48n + BigInt(sum.squaresLow)).toBe(30_000n * (2n ** 26n - 1n) ** 2n);
  });

  it('has a mean and a standard deviation without cancellation', () => {
    const distribution = distributionOf([4_000_000_000, 4_000_000_001, 4_000_000_002]);
    expect(distribution.meanUs()).toBe(4_000_000_001);
    expect(distribution.stdevUs()).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect(distributionOf([7, 7, 7]).stdevUs()).toBe(0);
  });

  it('is all zero when empty, and after clear', () => {
    const distribution = distributionOf([3, LARGEST_VALUE_US]);
    distribution.clear();
    for (const empty of [distribution, new Distribution()]) {
      expect(plainDistribution(empty)).toEqual(plainDistribution(new Distribution()));
      expect([empty.percentileUs(50), empty.meanUs(), empty.stdevUs()]).toEqual([0, 0, 0]);
    }
  });

  it('counts what is out of range at the ends', () => {
    const { minUs, maxUs, count, sumUs } = distributionOf([-5, LARGEST_VALUE_US + 1, 1e15]);
    expect([minUs, maxUs, count, sumUs]).toEqual([0, LARGEST_VALUE_US, 3, 2 * LARGEST_VALUE_US]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvenRates } from './even-rates.ts';

describe('rates in equal parts', () => {
  it('are those of a short run second by second', () => {
    const rates = new EvenRates();
    for (const [second, count] of [5, 7].entries()) rates.add(second, count);
    expect(rates.parts()).toEqual([5, 7]);
    expect(new EvenRates().parts()).toEqual([]);
  });

  it('do not drop at the end of a run, whose last second is seldom whole', () => {
    for (const seconds of [3, 30, 31, 45, 61, 4_001]) {
      const rates = new EvenRates();
      for (let second = 0; second < seconds; second++) rates.add(second, 60);
      rates.add(seconds, 1);
      expect(new Set(rates.parts())).toEqual(new Set([60]));
    }
  });

  it('are few, and hold as much as was counted, however long the run', () => {
    const seconds = fc.integer({ min: 1, max: 200_000 });
    fc.assert(
      fc.property(seconds, (length) => {
        const rates = new EvenRates();
        for (let second = 0; second < length; second += 7) rates.add(second, 70);
        rates.add(length - 1, 0);
        const parts = rates.parts();
        expect(parts.length).toBeLessThanOrEqual(30);
        const mean = parts.reduce((sum, rate) => sum + rate, 0) / parts.length;
        if (length > 1_000) expect(mean).toBeGreaterThan(8);
        expect(mean).toBeLessThanOrEqual(70);
      }),
      { numRuns: 50 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from './histogram-bars.ts';

const buckets = fc
  .uniqueArray(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 50 })
  .chain((starts) =>
    fc
      .array(fc.integer({ min: 1, max: 1e6 }), { minLength: starts.length, maxLength: starts.length })
      .map((counts) =>
        starts.toSorted((one, other) => one - other).map((fromUs, i) => ({ fromUs, toUs: fromUs, count: counts[i]! })),
      ),
  );

describe('the bars of a distribution', () => {
  it('hold every request once', () => {
    fc.assert(
      fc.property(buckets, (given) => {
        const sum = (of: readonly { count: number }[]) => of.reduce((all, { count }) => all + count, 0);
        expect(sum(barsOf(given))).toBe(sum(given));
      }),
    );
    expect(barsOf([])).toEqual([]);
  });
});

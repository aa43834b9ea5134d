import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveSeconds, valueAt } from './load-curve.ts';
import type { LoadCurve } from './plan.ts';
import { UserChanges } from './user-changes.ts';

const heights = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.double({ min: 1e-3, max: 20, noNaN: true }));
const lengths = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 60 }),
  fc.double({ min: 1e-2, max: 1e5, noNaN: true }),
);
const curves: fc.Arbitrary<LoadCurve> = fc.array(fc.record({ seconds: lengths, from: heights, to: heights }), {
  minLength: 1,
  maxLength: 8,
});

interface Change {
  seconds: number;
  user: number;
  begins: boolean;
}

/** All changes of the users 0 to `count` - 1, every `nth` of which counts. */
function changesOf(curve: LoadCurve, count: number, nth = 1, first = 0): Change[] {
  const changes = new UserChanges(curve, { count, number: (i) => first + i * nth });
  const found: Change[] = [];
  for (; changes.nextSeconds < Number.POSITIVE_INFINITY; changes.advance()) {
    const { active, isBeginning: begins, nextSeconds: seconds } = changes;
    found.push({ seconds, user: begins ? active : active - 1, begins });
  }
  return found;
}
const begins = (seconds: number, user: number): Change => ({ seconds, user, begins: true });
const leaves = (seconds: number, user: number): Change => ({ seconds, user, begins: false });

describe('users', () => {
  it('begin one after the other on a ramp, the first one at once', () => {
    const ramp = [
      { seconds: 60, from: 0, to: 10 },
      { seconds: 600, from: 10, to: 10 },
    ];
    expect(changesOf(ramp, 20)).toEqual(Array.from({ length: 10 }, (_, user) => begins(user * 6, user)));
  });

  it('begin together on a stair, and stay after the end', () => {
    const stairs = [4, 7, 10].map((height) => ({ seconds: 20, from: height, to: height }));
    expect(changesOf(stairs, 10).map(({ seconds }) => seconds)).toEqual([0, 0, 0, 0, 20, 20, 20, 40, 40, 40]);
    expect(changesOf([{ seconds: 0, from: 3, to: 3 }], 9)).toEqual([begins(0, 0), begins(0, 1), begins(0, 2)]);
  });

  it('leave when the curve falls, the last one first, and come back when it rises', () => {
    const curve = [
      { seconds: 4, from: 0, to: 2 },
      { seconds: 4, from: 2, to: 0 },
      { seconds: 5, from: 2, to: 2 },
      { seconds: 0, from: 1, to: 1 },
    ];
    expect(changesOf(curve, 5)).toEqual([
      begins(0, 0),
      begins(2, 1),
      leaves(6, 1),
      // User 0 is away for no time at all: it stays.
      begins(8, 1),
      leaves(13, 1),
    ]);
  });

  it('do not leave at a turning point', () => {
    const valley = [
      { seconds: 5, from: 6, to: 3 },
      { seconds: 5, from: 3, to: 6 },
    ];
    // User 3 is at the very bottom of the valley.
    expect(changesOf(valley, 4)).toEqual([0, 1, 2, 3].map((user) => begins(0, user)));
  });

  it('are those that the curve is above, at every instant, and change in order of time', () => {
    fc.assert(
      fc.property(
        curves,
        fc.record({ count: fc.nat({ max: 14 }), nth: fc.integer({ min: 1, max: 3 }), first: fc.nat({ max: 3 }) }),
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        (curve, { count, nth, first }, part) => {
          const seconds = part * (curveSeconds(curve) + 1);
          const value = valueAt(curve, seconds);
          const changes = changesOf(curve, count, nth, first);
          expect(changes.map((each) => each.seconds)).toEqual(
            changes.map((each) => each.seconds).toSorted((one, other) => one - other),
          );
          // On a slope so close to a crossing, rounding decides.
          fc.pre(
            Math.abs(value - Math.round(value)) > 1e-6 ||
              changes.every((each) => Math.abs(each.seconds - seconds) > 1e-6),
          );
          const active = changes
            .filter((each) => each.seconds <= seconds)
            .reduce((sum, each) => sum + (each.begins ? 1 : -1), 0);
          const expected = Array.from({ length: count }, (_, i) => first + i * nth).filter((user) => value > user);
          expect(active).toBe(expected.length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveSeconds, StartSchedule, valueAt } from './load-curve.ts';
import type { LoadCurve } from './plan.ts';

const heights = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 12 }),
  fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
);
const lengths = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 60 }),
  fc.double({ min: 1e-2, max: 1e5, noNaN: true }),
);
const curves: fc.Arbitrary<LoadCurve> = fc.array(fc.record({ seconds: lengths, from: heights, to: heights }), {
  minLength: 1,
  maxLength: 8,
});
describe('valueAt', () => {
  it('goes straight within a piece, jumps between pieces and stays at the end', () => {
    const curve = [
      { seconds: 10, from: 0, to: 20 },
      { seconds: 0, from: 7, to: 9 },
      { seconds: 5, from: 30, to: 10 },
    ];
    expect([0, 5, 10, 12.5, 15, 99].map((t) => valueAt(curve, t))).toEqual([0, 10, 30, 20, 10, 10]);
    expect(valueAt(curve, 10, 'before')).toBe(20);
    expect(valueAt([], 3)).toBe(0);
    expect(curveSeconds(curve)).toBe(15);
  });
});

describe('starts', () => {
  it('are evenly spaced at a constant rate', () => {
    const schedule = new StartSchedule([{ seconds: 10, from: 4, to: 4 }]);
    expect([0, 1, 2, 39].map((n) => schedule.startSeconds(n))).toEqual([0, 0.25, 0.5, 9.75]);
    expect(schedule.startsPlanned(10)).toBe(40);
    expect(schedule.startsBefore(2.5)).toBe(10);
  });

  it('follow the square root on a ramp and mirror it on the way down', () => {
    const up = new StartSchedule([{ seconds: 10, from: 0, to: 20 }]);
    const down = new StartSchedule([
      { seconds: 10, from: 20, to: 0 },
      { seconds: 1, from: 0, to: 0 },
    ]);
    for (let n = 1; n < 100; n++) {
      expect(up.startSeconds(n)).toBeCloseTo(Math.sqrt(n), 12);
      expect(down.startSeconds(n)).toBeCloseTo(10 - Math.sqrt(100 - n), 12);
    }
    expect(up.startsPlanned(10)).toBe(100);
    expect(down.startSeconds(0)).toBe(0);
    expect(down.startSeconds(100)).toBe(Number.POSITIVE_INFINITY);
  });

  it('wait for the end of a pause', () => {
    const schedule = new StartSchedule([
      { seconds: 3, from: 0, to: 0 },
      { seconds: 1, from: 10, to: 10 },
      { seconds: 5, from: 0, to: 0 },
      { seconds: 1, from: 10, to: 10 },
    ]);
    expect(schedule.startSeconds(0)).toBe(3);
    expect(schedule.startSeconds(9)).toBeCloseTo(3.9, 12);
    expect(schedule.startSeconds(10)).toBe(9);
    expect(schedule.startsPlanned(9)).toBe(10);
    expect(schedule.startsPlanned(10)).toBe(20);
    // 100 * 0.07 is a little more than 7 in floating point: the eighth start belongs after the pause all the same.
    const curve = [0.07, 5, 1].map((seconds, k) => ({ seconds, from: k === 1 ? 0 : 100, to: k === 1 ? 0 : 100 }));
    expect(new StartSchedule(curve).startSeconds(7)).toBeCloseTo(5.07, 9);
  });

  it('never come when the curve asks for none', () => {
    for (const curve of [[], [{ seconds: 5, from: 0, to: 0 }]]) {
      const schedule = new StartSchedule(curve);
      expect(schedule.startsPlanned(5)).toBe(0);
      expect(schedule.startSeconds(0)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('are n in n / rate seconds, whatever the rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 1e7 }), (rate, n) => {
        const seconds = n / rate;
        expect(new StartSchedule([{ seconds, from: rate, to: rate }]).startsPlanned(seconds)).toBe(n);
        expect(new StartSchedule([{ seconds: 2 * seconds, from: rate, to: rate }]).startsPlanned(seconds)).toBe(n);
      }),
      { numRuns: 1000 },
    );
  });

  it('are planned up to the end, the last one before it', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 0.01, max: 1, noNaN: true }), (curve, part) => {
        const endSeconds = part * (curveSeconds(curve) + 1);
        const schedule = new StartSchedule(curve);
        const planned = schedule.startsPlanned(endSeconds);
        expect(planned).toBeGreaterThanOrEqual(schedule.startsBefore(endSeconds) - 1e-9 * (planned + 1));
        if (planned > 0) expect(schedule.startSeconds(planned - 1)).toBeLessThanOrEqual(endSeconds * (1 + 1e-12));
        expect(schedule.startSeconds(planned)).toBeGreaterThanOrEqual(endSeconds * (1 - 1e-9));
      }),
      { numRuns: 1000 },
    );
  });

  it('come when the area reaches their number, and never in another order', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 0, max: 1, noNaN: true }), (curve, part) => {
        const schedule = new StartSchedule(curve);
        const planned = schedule.startsPlanned(curveSeconds(curve));
        fc.pre(planned > 0);
        const n = Math.floor(part * (planned - 1));
        const seconds = schedule.startSeconds(n);
        // What a few roundings of the instant are worth in starts at the highest rate.
        const rounding = 1e5 * (curveSeconds(curve) + 1) * 2 ** -50;
        expect(Math.abs(schedule.startsBefore(seconds) - n)).toBeLessThanOrEqual(1e-8 + rounding);
        let before = seconds;
        for (let next = n + 1; next < Math.min(n + 20, planned); next++) {
          const after = schedule.startSeconds(next);
          expect(after).toBeGreaterThanOrEqual(before);
          before = after;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('lose nothing in a thousand stairs that rounding could take', () => {
    const curve = Array.from({ length: 1000 }, (_, k) => ({
      seconds: 60 / 1000,
      from: (7 * (k + 1)) / 1000,
      to: (7 * (k + 1)) / 1000,
    }));
    const exact = (60 / 1000) * 7 * (1001 / 2);
    expect(new StartSchedule(curve).startsBefore(curveSeconds(curve))).toBeCloseTo(exact, 12);
    expect(curveSeconds(curve)).toBe(60);
  });

  it('keep their order and their number over 30 days at ten million a second', () => {
    const days = 24 * 3600;
    const rate = 10_000_000;
    const schedule = new StartSchedule([
      { seconds: 10 * days, from: 0, to: rate },
      { seconds: 10 * days, from: rate, to: rate },
      { seconds: 10 * days, from: rate, to: 0 },
    ]);
    const planned = schedule.startsPlanned(30 * days);
    expect(planned).toBe(20 * days * rate);
    for (const share of [0, 1e-9, 0.01, 0.24, 0.26, 0.5, 0.74, 0.76, 0.99, 1]) {
      const first = Math.min(Math.floor(share * planned), planned - 2000);
      for (let n = first; n < first + 2000; n++) {
        const seconds = schedule.startSeconds(n);
        expect(seconds).toBeLessThanOrEqual(schedule.startSeconds(n + 1));
        if (n % 500 === 0) expect(Math.abs(schedule.startsBefore(seconds) - n)).toBeLessThan(0.1);
      }
    }
  });
});

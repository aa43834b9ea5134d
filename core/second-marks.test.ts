import fc from 'fast-check';
import { expect, it } from 'vitest';
import { secondMarks } from './second-marks.ts';

it('marks whole steps within the range, no more than there is room for', () => {
  expect(secondMarks(0, 20, 6)).toEqual([0, 5, 10, 15, 20]);
  expect(secondMarks(3, 9, 6)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  expect(secondMarks(0, 3_600, 6)).toEqual([0, 600, 1_200, 1_800, 2_400, 3_000, 3_600]);
  expect(secondMarks(0, 0.4, 6)).toEqual([0]);
  const instant = fc.integer({ min: 0, max: 400_000 });
  fc.assert(
    fc.property(instant, instant, fc.integer({ min: 5, max: 12 }), (a, b, stepsMax) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const marks = secondMarks(from, to, stepsMax);
      expect(marks.length).toBeLessThanOrEqual(stepsMax + 1);
      for (const mark of marks) expect(mark >= from && mark <= to && Number.isInteger(mark)).toBe(true);
    }),
  );
});

import { describe, expect, it } from 'vitest';
import { formatSecond } from '../../../../core/duration.ts';
import { parseSecond } from './parse-second.ts';

describe('a second of a run', () => {
  it('is read as it is shown', () => {
    for (const second of [0, 59, 60, 90, 3_599, 3_600, 100_000]) expect(parseSecond(formatSecond(second))).toBe(second);
    expect([parseSecond('90'), parseSecond(' 1:5 ')]).toEqual([90, 65]);
  });

  it.each(['', 'x', '1:60', '1:2:3:4', '-1', '1.5', '1e3'])('is not %j', (text) =>
    expect(parseSecond(text)).toBeNull(),
  );
});

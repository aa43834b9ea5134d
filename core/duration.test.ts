import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDurationSeconds } from './duration.ts';

describe('parseDurationSeconds', () => {
  it.each([
    [10, 10],
    [0, 0],
    [0.25, 0.25],
    ['10', 10],
    ['0', 0],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['10s', 10],
    ['500ms', 0.5],
    ['300ms', 0.3],
    ['1h30m', 5400],
    ['1d 2h', 93_600],
    ['1d 2h 3m 4s', 93_784],
    ['1s200ms', 1.2],
    ['1m30', 90],
    ['1.5h', 5400],
    ['  2m  ', 120],
    ['2 m', 120],
    ['1H 1M 1S 1MS', 3661.001],
    ['1s1s', 2],
  ])('reads %j as %d seconds', (written, seconds) => {
    expect(parseDurationSeconds(written)).toBeCloseTo(seconds, 9);
  });

  it.each([
    '',
    ' ',
    'abc',
    '10x',
    '-5',
    '-5s',
    '+5',
    'inf',
    'nan',
    '1 30',
    '1,5',
    '1e3',
    '1m30x',
    's',
    '5 s s',
    '1..5',
    '5w',
    'ten',
    '1s;',
    `\${t}`,
    `${'1s'.repeat(100)}`,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    `${'9'.repeat(90)}d`.repeat(2),
  ])('refuses %j', (written) => {
    expect(parseDurationSeconds(written)).toBeNull();
  });

  it('adds up whatever parts it is made of', () => {
    const part = fc.tuple(fc.nat(100_000), fc.constantFrom('ms', 's', 'm', 'h', 'd'), fc.constantFrom('', ' '));
    const factors = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const written = parts.map(([amount, unit, blank]) => `${amount}${unit}${blank}`).join('');
        const seconds = parts.reduce((sum, [amount, unit]) => sum + amount * factors[unit as keyof typeof factors], 0);
        expect(parseDurationSeconds(written)).toBeCloseTo(seconds, 6);
      }),
    );
  });

  it('never throws and never answers a negative or infinite time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[0-9. smhd-]*$/)), (written) => {
        const seconds = parseDurationSeconds(written);
        expect(seconds === null || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });
});

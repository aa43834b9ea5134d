import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareKeys } from '../../../ports/object-key.ts';
import { numberPosition, sortableNumber, textPosition } from './positions.ts';

const bytewise = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
const finite = fc.double({ noNaN: true });
const id = fc.stringMatching(/^[a-z0-9-]{1,20}$/);

it('puts numbers in their order, whatever their sign and size', () => {
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      expect(bytewise(sortableNumber(a), sortableNumber(b))).toBe(Math.sign(a - b) || (a === b ? 0 : Math.sign(a)));
    }),
    {
      examples: [
        [0, -0],
        [-1, 1],
        [-2, -1],
        [1.5, 1.25],
        [5e-324, 0],
        [Number.MAX_VALUE, -Number.MAX_VALUE],
      ],
    },
  );
});

it('puts rows of the same time, or the same name, by their ids', () => {
  fc.assert(
    fc.property(finite, id, id, (value, a, b) => {
      expect(bytewise(numberPosition(value, a), numberPosition(value, b))).toBe(bytewise(a, b));
    }),
  );
  const text = fc.string({ unit: 'grapheme', maxLength: 50 }).filter((each) => !each.includes('\u0000'));
  fc.assert(
    fc.property(text, text, id, id, (textA, textB, a, b) => {
      const expected = Math.sign(compareKeys(textA, textB)) || bytewise(a, b);
      expect(bytewise(textPosition(textA, a), textPosition(textB, b))).toBe(expected);
    }),
  );
});

it('keeps positions of long names within what DynamoDB takes, and refuses made-up ones', () => {
  const long = '\u{1f680}'.repeat(400);
  expect(Buffer.byteLength(textPosition(long, 'x'.repeat(64)))).toBeLessThanOrEqual(1_024);
  expect(textPosition(`${long}a`, 'id')).toBe(textPosition(`${long}b`, 'id'));
  expect(() => numberPosition(1, 'x'.repeat(1_100))).toThrow(expect.objectContaining({ code: 'option_invalid' }));
});

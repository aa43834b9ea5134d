import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeLines } from './merge-lines.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '  d', '- e'), { maxLength: 12 });

describe('merging lines', () => {
  it('is what was written when nothing was edited, and what was edited when it was written the same', () => {
    fc.assert(
      fc.property(lines, lines, (base, other) => {
        expect(mergeLines(base, other, base)).toEqual(other);
        expect(mergeLines(base, base, other)).toEqual(other);
      }),
    );
  });

  it.each([
    ['an edit', ['a', 'b', 'c'], ['a', '  b', 'c'], ['a', 'b', 'C'], ['a', '  b', 'C']],
    ['a line more', ['a', 'b'], ['A', 'B'], ['a', 'b', 'c'], ['A', 'B', 'c']],
    ['a line less', ['a', 'b', 'c'], ['a', 'B', 'c'], ['b', 'c'], ['B', 'c']],
    [
      'an edit of a line that was indented',
      ['x:', '  a: 1'],
      ['x:', '    a:   1'],
      ['x:', '  a: 2'],
      ['x:', '    a: 2'],
    ],
    ['empty lines that only people write', ['a', 'b'], ['a', '', '', 'b'], ['a', 'B'], ['a', '', '', 'B']],
  ])('takes over %s', (_name, base, written, edited, expected) => {
    expect(mergeLines(base, written, edited)).toEqual(expected);
  });

  it('gives up on texts that have nothing in common', () => {
    const many = (word: string) => Array.from({ length: 2_000 }, (_, index) => `${word}${index}`);
    expect(mergeLines(many('a'), many('b'), many('c'))).toBe(null);
  });
});

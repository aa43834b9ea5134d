import { describe, expect, it } from 'vitest';
import { matchesPattern } from './code-pattern.ts';

const codes = ['200', '201', '301', '404', '500', '503'];
const matched = (pattern: string) => codes.filter((code) => matchesPattern(pattern, code));

describe('matchesPattern', () => {
  it.each([
    ['*', codes],
    ['200', ['200']],
    ['2??', ['200', '201']],
    ['5*', ['500', '503']],
    ['*0*', codes],
    ['**1', ['201', '301']],
    ['?0?', codes.slice(0, 3).concat('404', '500', '503')],
    ['[45]??', ['404', '500', '503']],
    ['[3-5]*', ['301', '404', '500', '503']],
    ['[!2-4]*', ['500', '503']],
    ['20[01]', ['200', '201']],
    ['20[!0]', ['201']],
    ['*[3-4]', ['404', '503']],
    ['', []],
    ['2', []],
    ['2000', []],
    ['20[', []],
    ['[5-4]*', []],
  ])('%s', (pattern, expected) => {
    expect(matched(pattern)).toEqual(expected);
  });

  it('takes brackets that close nothing, or come first, for themselves', () => {
    expect(matchesPattern('a[b', 'a[b')).toBe(true);
    expect(matchesPattern('[]]', ']')).toBe(true);
    expect(matchesPattern('[!]]', ']')).toBe(false);
    expect(matchesPattern('[a-]', '-')).toBe(true);
    expect(matchesPattern('.+', 'xx')).toBe(false);
    expect(matchesPattern('', '')).toBe(true);
  });

  it('is quick on patterns made to be slow', () => {
    expect(matchesPattern(`${'*a'.repeat(5_000)}b`, 'a'.repeat(10_000))).toBe(false);
  });
});

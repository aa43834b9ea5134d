import { describe, expect, it } from 'vitest';
import { patternProblem, replaceAll } from './replace-all.ts';

describe("Java's replaceAll", () => {
  it.each([
    ['a.b.c', '.', '-', '-----'],
    ['a.b.c', '\\.', '-', 'a-b-c'],
    ['a1b22', '(\\d)(\\d)?', '<$2$1>', 'a<1>b<22>'],
    ['ab', '(a)', '$12', 'a2b'],
    ['ab', 'a', '\\$1\\\\', '$1\\b'],
    ['abc', '', '-', '-a-b-c-'],
    ['AbC', '(?i)B', '$0$0', 'AbbC'],
  ])('in %j makes of each /%s/ %j: %j', (text, pattern, replacement, expected) => {
    expect(replaceAll(text, pattern, replacement)).toBe(expected);
  });

  it.each(['$', '$x', '$1', 'a\\'])('cannot put in %j', (replacement) => {
    expect(replaceAll('a', 'a', replacement)).toBeNull();
  });

  it('says what is wrong with a pattern, and replaces nothing by it', () => {
    expect(patternProblem('(a')).toContain('is no regular expression');
    expect(replaceAll('(a', '(a', 'b')).toBeNull();
    expect(patternProblem('(a)')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { filePathSchema, pageQuery, wholeNumberQuery } from './common.ts';

describe('a whole number in a query', () => {
  const schema = wholeNumberQuery({ min: 1, max: 200 });

  it.each([
    ['1', 1],
    ['200', 200],
    ['007', 7],
  ])('reads %j', (text, number) => {
    expect(schema.parse(text)).toBe(number);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '-1',
    '0',
    '201',
    '1.0',
    '1e1',
    '0x10',
    '١',
    'NaN',
    '9'.repeat(400),
    ['1', '2'],
    1,
    null,
  ])('refuses %j', (text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });
});

describe('the query of a page', () => {
  it('has 50 items when nothing is said', () => {
    expect(pageQuery.limit.parse(undefined)).toBe(50);
    expect(pageQuery.cursor.parse(undefined)).toBeUndefined();
  });
});

describe('a path inside a folder', () => {
  it.each(['a', 'a/b.json', '..a/b..', 'ä/ö', 'a b'])('may be %j', (path) => {
    expect(filePathSchema.safeParse(path).success).toBe(true);
  });

  it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a/./b', '../a', 'a\\b', 'a\0', 'a'.repeat(513)])(
    'is not %j',
    (path) => {
      expect(filePathSchema.safeParse(path).success).toBe(false);
    },
  );
});

import fc from 'fast-check';
import { expect, describe as group, it } from 'vitest';
import { copyOf, describe, jsonTextOf, numberText, type TaurusValue, valueAt } from './value.ts';

group('numberText', () => {
  it.each([
    [5n, '5'],
    [12345678901234567890n, '12345678901234567890'],
    [1, '1.0'],
    [0.25, '0.25'],
    [-0, '-0.0'],
    [1e16, '1e+16'],
    [1.25e-7, '1.25e-07'],
    [123456789012345, '123456789012345.0'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
  ])('writes %s as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});

group('jsonTextOf', () => {
  it('writes as Python does, with all digits of whole numbers', () => {
    expect(jsonTextOf({ id: 12345678901234567890n, list: [1.5, true, null, 'a"b'] })).toBe(
      '{"id": 12345678901234567890, "list": [1.5, true, null, "a\\"b"]}',
    );
  });

  it('is what JSON.parse reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(JSON.parse(jsonTextOf(value as TaurusValue) ?? ''))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('has no text for what JSON cannot write', () => {
    expect(jsonTextOf({ a: [Number.POSITIVE_INFINITY] })).toBeNull();
    expect(jsonTextOf(Number.NaN)).toBeNull();
  });
});

group('valueAt', () => {
  it('sees only own keys', () => {
    expect(valueAt({ a: 1n }, 'a')).toBe(1n);
    expect(valueAt({}, 'constructor')).toBeUndefined();
    expect(valueAt({}, 'toString')).toBeUndefined();
  });
});

group('copyOf', () => {
  it('shares nothing', () => {
    const value = { a: [{ b: 1n }] };
    const copy = copyOf(value) as typeof value;
    expect(copy).toEqual(value);
    expect(copy.a).not.toBe(value.a);
    expect(copy.a[0]).not.toBe(value.a[0]);
  });
});

group('describe', () => {
  it.each([
    [null, 'nothing'],
    [[], 'a list'],
    [{}, 'a mapping'],
    [5n, '5'],
    [true, 'true'],
    ['abc', '"abc"'],
    ['a\nb', '"a\\nb"'],
  ])('says in words what it is: case %#', (value, words) => {
    expect(describe(value)).toBe(words);
  });

  it('shortens long texts', () => {
    expect(describe('x'.repeat(1000)).length).toBe(60);
  });
});

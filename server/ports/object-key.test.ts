import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkObjectKey, checkObjectPrefix, compareKeys, isObjectKey } from './object-key.ts';

describe('compareKeys', () => {
  it('orders as the UTF-8 bytes do', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '/', 'é', '\ud7ff', '\ue000', '\uffee', '🚀', '𝒳') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe('keys and prefixes', () => {
  it('are split into their parts', () => {
    expect(checkObjectKey('runs/1/plan.json')).toEqual(['runs', '1', 'plan.json']);
    expect(checkObjectPrefix('runs/1/')).toEqual(['runs', '1']);
    expect(checkObjectPrefix('')).toEqual([]);
  });

  it('that are accepted never climb out, whatever they hold', () => {
    const part = fc.oneof(fc.constantFrom('', '.', '..', '...', 'a', '/', '\\', '\0', '.tmp', ' '), fc.string());
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const key = parts.join('/');
        if (!isObjectKey(key)) return;
        expect(resolve('/root/x', key)).toBe(`/root/x/${key}`);
      }),
      { numRuns: 500 },
    );
  });

  it('name what is wrong, shortened when long', () => {
    expect(() => checkObjectKey('a/../b')).toThrow('"a/../b" cannot be the key of an object: a part of it is ..');
    expect(() => checkObjectKey('x'.repeat(5_000))).toThrow(/^"x{80}\.\.\." cannot be/);
  });
});

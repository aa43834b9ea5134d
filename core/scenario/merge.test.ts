import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaurusMapping } from '../input/value.ts';
import goldens from './merge.goldens.json' with { type: 'json' };
import { mergeConfigs } from './merge.ts';

describe('mergeConfigs', () => {
  it('merges as Taurus does', () => {
    expect(goldens.cases.length).toBeGreaterThan(300);
    for (const { documents, merged } of goldens.cases) {
      expect(mergeConfigs(documents as TaurusMapping[]), JSON.stringify(documents)).toEqual(merged);
    }
  });

  it('leaves its sources as they were, and shares nothing with them', () => {
    const source = { a: [{ b: 1n }], c: { d: [2n] } };
    const merged = mergeConfigs([source, source, { $a: [{ e: 3n }], c: { d: [4n] } }]);
    expect(source).toEqual({ a: [{ b: 1n }], c: { d: [2n] } });
    expect(merged).toEqual({ a: [{ b: 1n, e: 3n }, { b: 1n }], c: { d: [2n, 2n, 4n] } });
    expect((merged.a as unknown[])[1]).not.toBe(source.a[0]);
  });

  it('says where a value was replaced by one of another kind', () => {
    const warnings: string[] = [];
    mergeConfigs(
      [
        { a: { b: [1n] }, c: 1n, d: null, e: [{}] },
        { a: { b: 2n }, c: [1n], d: {}, $e: [[]] },
        { c: 'x', a: 5n },
      ],
      (message) => warnings.push(message),
    );
    expect(warnings).toEqual([
      'a.b: a list of an earlier file was replaced by 2',
      'c: 1 of an earlier file was replaced by a list',
      'e[0]: a mapping of an earlier file was replaced by a list',
      'c: a list of an earlier file was replaced by "x"',
      'a: a mapping of an earlier file was replaced by 5',
    ]);
  });

  it('says nothing where a sign asked for it', () => {
    const warnings: string[] = [];
    mergeConfigs(
      [
        { a: { b: 1n }, c: [1n] },
        { '~a': 5n, '~c': {} },
      ],
      (message) => warnings.push(message),
    );
    expect(warnings).toEqual([]);
  });

  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(1n, 'x', null, true),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('mapping'),
    ),
    mapping: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  }));
  const mapping = value.mapping as fc.Arbitrary<TaurusMapping>;

  it('without signs: merging with nothing changes nothing, and grouping makes no difference while kinds agree', () => {
    const shaped = fc.record({ a: fc.dictionary(fc.constantFrom('x', 'y'), fc.nat()), b: fc.array(fc.nat()) });
    fc.assert(
      fc.property(mapping, (source) => {
        expect(mergeConfigs([source])).toEqual(source);
        expect(mergeConfigs([{}, source, {}])).toEqual(source);
      }),
    );
    fc.assert(
      fc.property(shaped, shaped, shaped, (first, second, third) => {
        const left = mergeConfigs([mergeConfigs([first, second]), third]);
        expect(left).toEqual(mergeConfigs([first, mergeConfigs([second, third])]));
      }),
    );
  });

  it('the last file wins for every scalar', () => {
    fc.assert(
      fc.property(mapping, fc.nat(), (source, last) => {
        expect(mergeConfigs([source, { a: last }]).a).toBe(last);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaurusValue } from '../../core/input/value.ts';
import { parseText } from '../../core/scenario/parse-text.ts';
import { configText } from './config-text.ts';

const key = fc.stringMatching(/^[a-z:{}"' #&*!-]{1,6}$/).filter((text) => text !== '<<');
const config: fc.Arbitrary<TaurusValue> = fc.letrec<{ value: TaurusValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('yes', '010', '1e3', '1_0', '~', '5.0', '12:30', '\u007f\u0085\u2028\ufeff', '# x'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('the text of a config', () => {
  it('reads back as the same, whatever is in it', () => {
    fc.assert(
      fc.property(config, (value) => {
        expect(parseText('it', configText({ value }))).toEqual([{ value }]);
      }),
      { numRuns: 300 },
    );
  });

  it('is JSON wherever JSON can say it', () => {
    const text = configText({ list: [1n, 5, 1e300, 'a"b'], empty: {}, none: [] });
    expect(JSON.parse(text)).toEqual({ list: [1, 5, 1e300, 'a"b'], empty: {}, none: [] });
    expect(text).toContain('5.0');
  });
});

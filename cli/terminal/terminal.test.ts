import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { formatAmount, formatBytes, formatCount, formatMs, formatRate, formatShare, formatSpan } from './numbers.ts';
import { exitCodeOfError, renderError } from './render-error.ts';
import { createStyle, hasColours, hasUnicode } from './style.ts';
import { displayWidth, pad, printable, shorten, wrap } from './text.ts';

const plain = createStyle({ colours: false, unicode: true });
const ESCAPE = '\u001b';

describe('colours and glyphs', () => {
  it('follows NO_COLOR, then FORCE_COLOR, then the terminal', () => {
    expect(hasColours({}, true)).toBe(true);
    expect(hasColours({}, false)).toBe(false);
    expect(hasColours({ TERM: 'dumb' }, true)).toBe(false);
    expect(hasColours({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(hasColours({ NO_COLOR: '' }, true)).toBe(true);
    expect(hasColours({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(hasColours({ FORCE_COLOR: '' }, false)).toBe(true);
    expect(hasColours({ FORCE_COLOR: '0' }, true)).toBe(false);
    expect(hasColours({ FORCE_COLOR: 'false' }, true)).toBe(false);
  });

  it('draws beyond ASCII only in a UTF-8 locale', () => {
    expect(hasUnicode({ LANG: 'de_DE.UTF-8' }, 'linux')).toBe(true);
    expect(hasUnicode({ LC_ALL: 'C', LANG: 'C.UTF-8' }, 'linux')).toBe(false);
    expect(hasUnicode({ LC_CTYPE: 'en_US.utf8' }, 'linux')).toBe(true);
    expect(hasUnicode({}, 'linux')).toBe(false);
    expect(hasUnicode({}, 'darwin')).toBe(true);
    const ascii = createStyle({ colours: true, unicode: false });
    expect(Object.values(ascii.glyphs).join('')).toMatch(/^[ -~]+$/);
    expect(createStyle({ colours: true, unicode: true }).red('x')).toBe(`${ESCAPE}[31mx${ESCAPE}[39m`);
    expect(plain.red('x')).toBe('x');
  });
});

describe('text', () => {
  it('knows how many columns a text takes', () => {
    expect(displayWidth('abc')).toBe(3);
    expect(displayWidth('naïve e\u0301')).toBe(7);
    expect(displayWidth('日本 ok')).toBe(7);
    expect(displayWidth('🚀x')).toBe(3);
    expect(displayWidth(`${ESCAPE}[31mred${ESCAPE}[39m`)).toBe(3);
  });

  it('never shortens to more columns than asked for, nor in the middle of a character', () => {
    expect(shorten('abcdef', 4, '…')).toBe('abc…');
    expect(shorten('日本語', 4, '…')).toBe('日…');
    expect(shorten('abc', 3, '…')).toBe('abc');
    expect(shorten('abc', 0, '…')).toBe('');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, columns) => {
        expect(displayWidth(shorten(printable(text), columns, '~'))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('makes text from outside harmless', () => {
    const hostile = `a${ESCAPE}[2J${ESCAPE}]0;title\u0007b\r\n\tc\u0000\u009b31m\u202e d `;
    expect(printable(hostile)).toBe('ab c d');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('pads on the right side and wraps at spaces', () => {
    expect([pad('ab', 4, 'left'), pad('ab', 4, 'right'), pad('abcd', 2, 'left')]).toEqual(['ab  ', '  ab', 'abcd']);
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('unbreakable word', 4)).toEqual(['unbreakable', 'word']);
  });
});

describe('numbers', () => {
  it('shows about three digits', () => {
    expect([0, 0.052, 0.9996, 1.234, 9.996, 12.34, 99.96, 1234.5].map(formatMs)).toEqual([
      '0',
      '0.052',
      '1.00',
      '1.23',
      '10.0',
      '12.3',
      '100',
      '1,235',
    ]);
    expect([0, 0.25, 12.34, 999.96, 12345].map(formatRate)).toEqual(['0', '0.25', '12.3', '1,000', '12,345']);
    expect(formatCount(1234567)).toBe('1,234,567');
    expect([1, 2].map((count) => formatAmount(count, 'task'))).toEqual(['1 task', '2 tasks']);
    expect([0, 999, 1000, 12_345, 999_600, 5e9].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.00 kB',
      '12.3 kB',
      '1.00 MB',
      '5.00 GB',
    ]);
  });

  it('says 0 % and 100 % only when it is so', () => {
    const shares: [number, number][] = [
      [0, 0],
      [0, 9],
      [1, 100_000],
      [1, 300],
      [50, 100],
      [99_999, 100_000],
      [9, 9],
    ];
    expect(shares.map(([part, whole]) => formatShare(part, whole))).toEqual([
      '0%',
      '0%',
      '<0.01%',
      '0.33%',
      '50.0%',
      '>99.9%',
      '100%',
    ]);
  });

  it('says spans of time as people do', () => {
    expect([0, 0.44, 20, 59.6, 65, 3600, 7380].map(formatSpan)).toEqual([
      '0 s',
      '0.4 s',
      '20 s',
      '1 min 00 s',
      '1 min 05 s',
      '1 h 00 min',
      '2 h 03 min',
    ]);
  });
});

describe('errors', () => {
  const fields = [
    { path: 'execution[0].ramp-up', message: 'must be a duration such as 30s' },
    { path: 'scenarios', message: `is missing${ESCAPE}[2J` },
  ];

  it('lists every field once, the code and the hint', () => {
    const error = new LoadstarError(
      'scenario_invalid',
      'shop.yml is not valid: execution[0].ramp-up: must be a duration such as 30s (and 1 more)',
      { fields },
    );
    expect(renderError(error, plain)).toBe(
      [
        'error  shop.yml is not valid (scenario_invalid)',
        '  execution[0].ramp-up: must be a duration such as 30s',
        '  scenarios: is missing',
        'hint   Correct the named fields; docs/scenarios.md lists what Loadstar reads.',
        '',
      ].join('\n'),
    );
    expect(exitCodeOfError(error)).toBe(2);
  });

  it('shows all of several errors, and a defect with its stack', () => {
    const several = new AggregateError([
      new LoadstarError('option_invalid', 'The command line is not valid.'),
      new LoadstarError('scenario_unreadable', 'The scenario cannot be read.'),
    ]);
    expect(renderError(several, plain)).toMatch(/option_invalid[\s\S]*scenario_unreadable/);
    expect(exitCodeOfError(several)).toBe(2);
    const defect = renderError(new TypeError('x is undefined'), plain);
    expect(defect).toContain('x is undefined (internal)');
    expect(defect).toContain('terminal.test.ts');
    expect(exitCodeOfError('thrown text')).toBe(3);
  });
});

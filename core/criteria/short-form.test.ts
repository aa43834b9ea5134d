import { describe, expect, it } from 'vitest';
import goldens from './parse-criterion.goldens.json' with { type: 'json' };
import { parseShortForm } from './short-form.ts';

/** Taurus reads them, and drops what it does not understand. */
const REFUSED_HERE = new Set([
  'avg-rt>5 during 10s',
  'avg-rt>5 for 10s extra',
  'avg-rt >5 for',
  'avg-rt>5, stop as broken',
  'avg-rt>5, continue as failed really',
]);

describe('parseShortForm', () => {
  it('takes apart what Taurus takes apart, into the same parts', () => {
    const cases = goldens.cases.filter(
      (item) => typeof item.written === 'string' && item.parts !== undefined && !REFUSED_HERE.has(item.written),
    );
    expect(cases.length).toBeGreaterThan(50);
    for (const { written, parts } of cases) {
      const { message, timeframe, label, ...rest } = parts ?? {};
      expect(parseShortForm(String(written)), String(written)).toEqual({
        parts: {
          ...rest,
          label: (label ?? '').trim(),
          ...(timeframe === 0 ? {} : { timeframe }),
          ...(message === null ? {} : { message }),
        },
      });
    }
  });

  it('refuses what Taurus refuses', () => {
    const cases = goldens.cases.filter((item) => typeof item.written === 'string' && item.parts === undefined);
    expect(cases.length).toBeGreaterThan(5);
    for (const { written } of cases)
      expect(parseShortForm(String(written)).problem, String(written)).toEqual(expect.any(String));
  });

  it.each([...REFUSED_HERE])('refuses %j, of which Taurus would drop a part', (written) => {
    expect(parseShortForm(written).problem).toEqual(expect.any(String));
  });

  it('says what a colon does', () => {
    expect(parseShortForm('avg-rt of http://x/>1s').problem).toContain(
      'what stands before the first ":" is its message',
    );
  });

  it('takes long hostile texts in no time', () => {
    expect(parseShortForm('a'.repeat(10_000_000)).problem).toContain('longer than');
    for (const text of [
      `avg-rt of ${' '.repeat(1_900)}`,
      `a${' of'.repeat(600)}`,
      '?'.repeat(1_999),
      `a${'of '.repeat(600)}>`,
    ]) {
      expect(parseShortForm(text).problem).toEqual(expect.any(String));
    }
  });
});

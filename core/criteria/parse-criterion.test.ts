import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { criterionSchema } from './criterion.ts';
import goldens from './parse-criterion.goldens.json' with { type: 'json' };
import { parseCriteria, parseCriterion } from './parse-criterion.ts';

function fieldsOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof LoadstarError)) throw error;
    expect(error.code).toBe('scenario_invalid');
    return error.fields.map(({ path, message }) => `${path}: ${message}`);
  }
  throw new Error('nothing was thrown');
}

/** Taurus reads them, though they cannot mean anything, or not what they say. */
const REFUSED_HERE = new Set([
  'avg-rt>5 during 10s', // the rest is dropped
  'avg-rt>5 for 10s extra',
  'avg-rt >5 for',
  'avg-rt>5, stop as broken',
  'avg-rt>5, continue as failed really',
  'avg-rt>5 for ever', // "for ever" cannot be a time
  'hits>5m', // five minutes of hits
  'fail>5s',
  'p999>1s', // always 0
  'rc>5', // no code is empty
]);

describe('parseCriterion, against Taurus', () => {
  it('reads what Taurus reads, to the same criterion', () => {
    const cases = goldens.cases.filter(
      (item) => item.criterion !== undefined && !REFUSED_HERE.has(String(item.written)),
    );
    expect(cases.length).toBeGreaterThan(60);
    for (const { written, criterion: golden } of cases) {
      const criterion = parseCriterion(written);
      const { timeframeSeconds, ...rest } = criterionSchema.parse(criterion);
      expect({ ...rest, window: timeframeSeconds ?? 0 }, JSON.stringify(written)).toMatchObject({
        threshold: golden?.threshold,
        percentage: golden?.percentage,
        window: golden?.window,
        logic: golden?.window_logic,
        label: golden?.label.trim(),
        stop: golden?.stop,
        fail: golden?.fail,
      });
      if (golden?.message) expect(criterion.message).toBe(golden.message);
      else if (typeof written === 'string') expect(criterion.message).toBe(written.replace(/^: /, ''));
    }
  });

  it('refuses what Taurus refuses, and what it would misread', () => {
    const cases = goldens.cases.filter(
      (item) => item.criterion === undefined || REFUSED_HERE.has(String(item.written)),
    );
    expect(cases.length).toBeGreaterThan(25);
    for (const { written } of cases)
      expect(() => parseCriterion(written), JSON.stringify(written)).toThrow(LoadstarError);
  });
});

describe('parseCriterion', () => {
  it('fills in all defaults', () => {
    expect(parseCriterion('p95>500ms')).toEqual({
      subject: 'p95',
      label: '',
      flow: null,
      condition: '>',
      threshold: 0.5,
      percentage: false,
      timeframeSeconds: null,
      logic: 'for',
      stop: true,
      fail: true,
      message: 'p95>500ms',
    });
  });

  it('gives subjects one name each', () => {
    const subjectOf = (written: string) => parseCriterion(written).subject;
    expect(subjectOf('success<99%')).toBe('succ');
    expect(subjectOf('failures>1')).toBe('fail');
    expect(subjectOf('concurrency>1')).toBe('concurr');
    expect(subjectOf('p95.0>1s')).toBe('p95');
    expect(subjectOf('p99.99>1s')).toBe('p99.99');
    expect(subjectOf('rc5??>1')).toBe('rc5??');
    expect(parseCriterion({ subject: 'rc[45]??', condition: '>', threshold: 1 }).subject).toBe('rc[45]??');
  });

  it('reads numbers of YAML and of JSON', () => {
    expect(parseCriterion({ subject: 'hits', condition: '<', threshold: 5n, timeframe: 10n })).toMatchObject({
      threshold: 5,
      timeframeSeconds: 10,
      message: 'hits<5 for 10',
    });
    expect(parseCriterion({ subject: 'avg-rt', condition: '>', threshold: 0.5 }).message).toBe('avg-rt>0.5');
    expect(parseCriterion({ subject: 'bytes', condition: '>', threshold: 2048n }).threshold).toBe(2048);
  });

  it('takes a label with any signs in the long form', () => {
    const criterion = parseCriterion({ subject: 'avg-rt', label: 'http://x/a,b', condition: '>', threshold: '1s' });
    expect(criterion).toMatchObject({ label: 'http://x/a,b', message: 'avg-rt of http://x/a,b>1s' });
  });

  it.each([
    ['avg-tr>1s', ': "avg-tr>1s": subject "avg-tr" is not something that is measured; did you mean avg-rt?'],
    ['avg-rt>50%', ': "avg-rt>50%": threshold cannot be a percentage here: only succ, fail and rc have one'],
    ['hits>5m', ': "hits>5m": threshold "5m" is not a number of 0 or more'],
    ['avg-rt>5x', ': "avg-rt>5x": threshold "5x" is not a time: 500ms or 2s are'],
    ['bytes>5gb', ': "bytes>5gb": threshold "5gb" is not a size: 500, 10k or 2.5m are'],
    ['fail>x%', ': "fail>x%": threshold "x%" is not a percentage'],
    ['avg-rt=>5', ': "avg-rt=>5": condition "=>" is none of > < >= <= ='],
    ['avg-rt>5 for ever', ': "avg-rt>5 for ever": timeframe "ever" is not a time: 10s or 1m are'],
    [
      'avg-rt>5 fro 10s',
      ': "avg-rt>5 fro 10s": "fro 10s" at its end is not understood; expected is: subject of label>threshold for 10s, stop as failed (label, time and action may be left out)',
    ],
    ['rcException>5', ': "rcException>5": subject "rcException" is not something that is measured'],
    [
      { subject: 'local/cpu', class: 'bzt.modules.monitoring.MonitoringCriteria', condition: '>', threshold: 90 },
      'class: bzt.modules.monitoring.MonitoringCriteria is not supported: criteria judge what the requests measured',
    ],
    [
      { subject: 'hits', condition: '>', threshold: 5, logic: 'within' },
      'timeframe: is missing: within looks at a stretch of time',
    ],
    [{ subject: 'hits', condition: '>', threshold: -5 }, 'threshold: -5 is not a number of 0 or more'],
    [{ subject: 'hits', condition: '>', threshold: { a: 1 } }, 'threshold: a mapping is not a number of 0 or more'],
    [{ subject: 'hits', condition: '>', threshold: 5, stop: 'no' }, 'stop: "no" is neither true nor false'],
    [
      { subject: 'hits', condition: '>', threshold: 5, treshold: 6 },
      'treshold: not a keyword of a criterion; did you mean threshold?',
    ],
    [5, ': 5 is not a criterion: a mapping of keywords is expected'],
    [null, ': nothing is not a criterion: a mapping of keywords is expected'],
    [
      '',
      ': "": expected is: subject of label>threshold for 10s, stop as failed (label, time and action may be left out)',
    ],
  ])('says what is wrong: case %#', (written, problem) => {
    expect(fieldsOf(() => parseCriterion(written))).toEqual([problem]);
  });

  it('says everything that is wrong', () => {
    expect(fieldsOf(() => parseCriterion({ condition: '~', threshold: '5', logic: 'since' }))).toEqual([
      'subject: is missing',
      'condition: "~" is none of > < >= <= =',
      'logic: "since" is none of for, within, over',
      'timeframe: is missing: since looks at a stretch of time',
    ]);
  });

  it('answers every text with a criterion or an error', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(
        /^(avg-rt|p9|hits|rc5\?)( of [a-z ]{0,3})?[<>=]{1,2}[0-9]{0,2}[ms%]{0,2}( for [0-9]s)?(, ?[a-z -]{0,9})?$/,
      ),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          criterionSchema.parse(parseCriterion(written));
        } catch (error) {
          expect(error).toBeInstanceOf(LoadstarError);
        }
      }),
    );
  });
});

describe('parseCriteria', () => {
  it('reads a list', () => {
    const criteria = parseCriteria(['p95>1s', 'Too many: fail>1%', { subject: 'hits', condition: '<', threshold: 1 }]);
    expect(criteria.map(({ message }) => message)).toEqual(['p95>1s', 'Too many', 'hits<1']);
  });

  it('reads a mapping, whose keys are the messages', () => {
    const criteria = parseCriteria({
      'Slow pages': 'avg-rt of Sample Label>150ms for 10s, stop as failed',
      'Fails too much': { subject: 'fail', condition: '>', threshold: '50%', message: 'not this one' },
    });
    expect(criteria.map(({ message }) => message)).toEqual(['Slow pages', 'Fails too much']);
  });

  it('names each one that is wrong', () => {
    expect(fieldsOf(() => parseCriteria(['p95>1s', 'x', { subject: 'hits' }]))).toEqual([
      '[1]: "x": expected is: subject of label>threshold for 10s, stop as failed (label, time and action may be left out)',
      '[2].condition: is missing',
      '[2].threshold: is missing',
    ]);
    expect(fieldsOf(() => parseCriteria('p95>1s'))).toEqual([
      ': "p95>1s" is neither a list of criteria nor a mapping of messages and criteria',
    ]);
    expect(fieldsOf(() => parseCriteria(Array.from({ length: 101 }, () => 'p95>1s')))).toEqual([
      ': 101 criteria are more than 100',
    ]);
  });
});

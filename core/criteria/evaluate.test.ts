// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowOf, requestStep } from '../scenario/fixtures/flows.ts';
import { Statistics } from '../statistics/statistics.ts';
import { criteriaStateSchema } from './criteria-state.ts';
import type { Criterion } from './criterion.ts';
import goldens from './evaluate.goldens.json' with { type: 'json' };
import { CriteriaEvaluator } from './evaluate.ts';

const criterion = (changes: Partial<Criterion>): Criterion => ({
  subject: 'hits',
  label: '',
  flow: null,
  condition: '>',
  threshold: 0,
  percentage: false,
  timeframeSeconds: null,
  logic: 'for',
  stop: true,
  fail: true,
  message: 'too much',
  ...changes,
});

/** Statistics of `count` requests that all took as long. */
function requests(count: number, changes: { ms?: number; failures?: number; code?: number } = {}): Statistics {
  const statistics = new Statistics();
  statistics.requests = count;
  statistics.failures = changes.failures ?? 0;
  for (let i = 0; i < count; i++) statistics.serviceTime.record((changes.ms ?? 100) * 1000);
  statistics.countCode(changes.code ?? 200, count);
  return statistics;
}

const noLabels = new Map<string, Statistics>();

/** Judges a run of seconds that have only a total; null: a second without data. */
function judge(changes: Partial<Criterion>, seconds: readonly (Statistics | null)[]) {
  const evaluator = new CriteriaEvaluator([criterion(changes)]);
  for (const [second, total] of seconds.entries()) evaluator.second(second, total ?? new Statistics(), noLabels);
  const [outcome] = evaluator.finish();
  return { triggered: outcome!.triggered, at: outcome!.triggeredAtSecond, value: outcome!.value };
}

describe('the answers of Taurus', () => {
  /** The seconds of a recorded series: what each label had, the total merged from them. */
  function secondsOf(rows: readonly string[]) {
    const seconds: { total: Statistics; labels: Map<string, Statistics> }[] = [];
    for (const row of rows) {
      const [second, label, count, rtMs, ltMs, ctMs, code, ok, bytes, users] = row.split(' ') as [
        string,
        string,
        ...string[],
      ];
      while (seconds.length <= Number(second)) seconds.push({ total: new Statistics(), labels: new Map() });
      const { total, labels } = seconds[Number(second)]!;
      const ofLabel = labels.get(label) ?? new Statistics();
      labels.set(label, ofLabel);
      for (const statistics of [total, ofLabel]) {
        for (let i = 0; i < Number(count); i++) {
          statistics.requests++;
          if (ok === 'False') statistics.failures++;
          statistics.bytesReceived += Number(bytes);
          statistics.serviceTime.record(Number(rtMs) * 1000);
          if (ltMs !== '0') statistics.timeToFirstByte.record(Number(ltMs) * 1000);
          if (ctMs !== '0') statistics.recordPhase('connect', Number(ctMs) * 1000);
          statistics.countCode(Number(code), 1);
        }
        statistics.concurrencyMax = Math.max(statistics.concurrencyMax, Number(users));
      }
    }
    return seconds;
  }
  const series = Object.entries(goldens.series).map(([name, rows]) => [name, secondsOf(rows)] as const);

  it.each(goldens.cases)(
    '$subject of "$label" $condition $threshold $logic $timeframeSeconds',
    ({ answers, ...fields }) => {
      const mine = series.map(([name, seconds]) => {
        const evaluator = new CriteriaEvaluator([criterion(fields as Partial<Criterion>)]);
        for (const [second, { total, labels }] of seconds.entries()) evaluator.second(second, total, labels);
        const [outcome] = evaluator.finish();
        return [name, outcome!.triggered && (outcome!.triggeredAtSecond ?? true)];
      });
      expect(Object.fromEntries(mine)).toEqual(answers);
    },
  );
});

describe('a criterion', () => {
  it('for some seconds begins anew after each second that breaks it', () => {
    const seconds = [5, 5, 1, 5, 5, 5, 5].map((count) => requests(count));
    expect(judge({ threshold: 4, timeframeSeconds: 3 }, seconds)).toEqual({ triggered: true, at: 5, value: 5 });
    expect(judge({ threshold: 4, timeframeSeconds: 5 }, seconds)).toEqual({ triggered: false, at: null, value: 5 });
  });

  it('takes a second without requests for no data, whatever the users', () => {
    const idle = new Statistics();
    idle.concurrencyMax = 50;
    expect(judge({ subject: 'concurr', condition: '>', threshold: 10, timeframeSeconds: 1 }, [idle])).toMatchObject({
      triggered: false,
      value: null,
    });
    // The gap counts as time that passed, as in Taurus.
    expect(judge({ threshold: 4, timeframeSeconds: 3 }, [requests(5), null, requests(5)])).toMatchObject({ at: 2 });
  });

  it('within some seconds looks at what there is, over them waits until they are full', () => {
    const seconds = [6, 1, 1, 6, 6].map((count) => requests(count));
    expect(judge({ logic: 'within', threshold: 5, timeframeSeconds: 3 }, seconds)).toEqual({
      triggered: true,
      at: 0,
      value: 6,
    });
    expect(judge({ logic: 'over', threshold: 8, timeframeSeconds: 3 }, seconds)).toEqual({
      triggered: true,
      at: 4,
      value: 13,
    });
  });

  it('averages what is no count', () => {
    const seconds = [100, 200, 400].map((ms) => requests(1, { ms }));
    const rt = { subject: 'avg-rt', logic: 'within' as const, timeframeSeconds: 2 };
    expect(judge({ ...rt, threshold: 0.25 }, seconds)).toMatchObject({ at: 2, value: 0.30000000000000004 });
  });

  it('without a timeframe is judged at the end, on exact merged values', () => {
    const seconds = [requests(99, { ms: 2 }), requests(1, { ms: 500 })];
    // The mean of the seconds' 99th percentiles would be 0.251.
    expect(judge({ subject: 'p99', threshold: 0.002, condition: '=' }, seconds)).toEqual({
      triggered: true,
      at: null,
      value: 0.002,
    });
    expect(judge({ subject: 'p99.5', threshold: 0.5, condition: '=' }, seconds)).toMatchObject({ triggered: true });
    expect(judge({ subject: 'hits', threshold: 100, condition: '>' }, seconds)).toMatchObject({
      triggered: false,
      value: 100,
    });
    expect(judge({ subject: 'hits', threshold: 100, condition: '<' }, [null])).toMatchObject({
      triggered: false,
      value: null,
    });
  });

  it('looks at the time from the planned start', () => {
    const late = requests(1, { ms: 10 });
    late.splitResponseTime().clear();
    late.responseTime?.record(900_000);
    expect(judge({ subject: 'avg-rt' }, [late]).value).toBe(0.9);
    expect(judge({ subject: 'p50' }, [late]).value).toBe(0.9);
  });

  it('counts requests without a response in rc* only', () => {
    const seconds = [requests(3, { code: 0, failures: 3 }), requests(1)];
    const read = (subject: string, percentage = false) => judge({ subject, percentage }, seconds).value;
    expect(['rc*', 'rc?', 'rc[0]', 'rc2*', 'rc0'].map((subject) => read(subject))).toEqual([4, 0, 0, 1, 0]);
    expect(read('rc200', true)).toBe(25);
    expect(read('fail', true)).toBe(75);
  });

  it('of a label is blind to the others', () => {
    const evaluator = new CriteriaEvaluator([
      criterion({ label: 'home', timeframeSeconds: 1, threshold: 5 }),
      criterion({ label: 'home' }),
      criterion({ label: 'cart' }),
    ]);
    evaluator.second(0, requests(12), new Map([['cart', requests(12)]]));
    evaluator.second(
      1,
      requests(15),
      new Map([
        ['cart', requests(9)],
        ['home', requests(6)],
      ]),
    );
    expect(evaluator.finish().map(({ triggeredAtSecond, value }) => [triggeredAtSecond, value])).toEqual([
      [1, 6],
      [null, 6],
      [null, 21],
    ]);
  });

  it('keeps the value that triggered it, and the second in which it first did', () => {
    const seconds = [1, 7, 9, 2].map((count) => requests(count));
    expect(judge({ threshold: 5, timeframeSeconds: 1 }, seconds)).toEqual({ triggered: true, at: 1, value: 7 });
  });

  it('is refused when its subject is none', () => {
    for (const subject of ['', 'avg', 'p', 'p101', 'p9x', 'errors', 'toString']) {
      expect(() => new CriteriaEvaluator([criterion({ subject })]), subject).toThrow(/there is no subject/);
    }
    for (const subject of ['avg-rt', 'p99', 'hits', 'bytes', 'concurr']) {
      expect(() => new CriteriaEvaluator([criterion({ subject, percentage: true })]), subject).toThrow(/percentage/);
    }
  });
});

describe('CriteriaEvaluator', () => {
  it('names the criterion that was the first to stop the run', () => {
    const evaluator = new CriteriaEvaluator([
      criterion({ message: 'later', threshold: 3, timeframeSeconds: 1 }),
      criterion({ message: 'goes on', threshold: 1, timeframeSeconds: 1, stop: false }),
      criterion({ message: 'at the end', threshold: 1 }),
      criterion({ message: 'first', threshold: 2, timeframeSeconds: 1, fail: false }),
      criterion({ message: 'second', threshold: 2, timeframeSeconds: 1 }),
    ]);
    evaluator.second(0, requests(2), noLabels);
    expect(evaluator.stopCriterion()).toBeNull();
    evaluator.second(1, requests(3), noLabels);
    evaluator.second(2, requests(9), noLabels);
    expect(evaluator.stopCriterion()).toEqual({ message: 'first', fail: false });
    expect(evaluator.finish().map(({ triggered }) => triggered)).toEqual([true, true, true, true, true]);
  });

  it('goes on from its state as if it had never been interrupted', () => {
    const seconds = fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { maxLength: 40 });
    const anyCriterion = fc.record({
      logic: fc.constantFrom('for', 'within', 'over'),
      threshold: fc.integer({ min: 0, max: 20 }),
      timeframeSeconds: fc.integer({ min: 1, max: 9 }),
      subject: fc.constantFrom('hits', 'avg-rt'),
    });
    fc.assert(
      fc.property(fc.array(anyCriterion, { maxLength: 3 }), seconds, fc.nat(), (criteria, counts, cut) => {
        const all = criteria.map((changes) => criterion(changes as Partial<Criterion>));
        const whole = new CriteriaEvaluator(all);
        let interrupted = new CriteriaEvaluator(all);
        for (const [second, count] of counts.entries()) {
          const total = count === null ? new Statistics() : requests(count, { ms: count * 10 });
          if (second === cut % 40) {
            const stored = JSON.parse(JSON.stringify(interrupted.state()));
            interrupted = new CriteriaEvaluator(all, {}, criteriaStateSchema.parse(stored));
          }
          for (const evaluator of [whole, interrupted]) evaluator.second(second, total, noLabels);
          expect(interrupted.stopCriterion()).toEqual(whole.stopCriterion());
        }
        expect(interrupted.state()).toEqual(whole.state());
        expect(interrupted.finish()).toEqual(whole.finish());
      }),
    );
  });

  it('takes no state of other criteria', () => {
    const state = new CriteriaEvaluator([criterion({ timeframeSeconds: 3 })]).state();
    expect(() => new CriteriaEvaluator([], {}, state)).toThrow('other criteria');
  });

  it('keeps nothing of the statistics it was given', () => {
    const evaluator = new CriteriaEvaluator([
      criterion({ subject: 'p50', label: 'home' }),
      criterion({ logic: 'within', timeframeSeconds: 9, threshold: 99 }),
    ]);
    const reused = requests(4, { ms: 30 });
    evaluator.second(0, reused, new Map([['home', reused]]));
    reused.clear();
    evaluator.second(1, reused, new Map([['home', reused]]));
    expect(evaluator.finish().map(({ value }) => value)).toEqual([0.03, 4]);
    expect(evaluator.finish()).toEqual(evaluator.finish());
  });

  it('refuses a second that is over', () => {
    const evaluator = new CriteriaEvaluator([]);
    evaluator.second(3, requests(1), noLabels);
    for (const second of [3, 2, Number.NaN])
      expect(() => evaluator.second(second, requests(1), noLabels)).toThrow(/after second 3/);
    expect(evaluator.stopCriterion()).toBeNull();
    expect(evaluator.finish()).toEqual([]);
  });

  it('judges sliding timeframes as if each second looked back anew', () => {
    const series = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { freq: 4 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        series,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 30 }),
        (counts, timeframeSeconds, threshold) => {
          const at = counts.findIndex((count, second) => {
            const last = counts.slice(Math.max(0, second - timeframeSeconds + 1), second + 1);
            return Boolean(count) && last.reduce<number>((sum, each) => sum + (each ?? 0), 0) > threshold;
          });
          const seconds = counts.map((count) => (count ? requests(count) : null));
          expect(judge({ logic: 'within', timeframeSeconds, threshold }, seconds).at).toBe(at < 0 ? null : at);
        },
      ),
    );
  });
});

describe('a criterion of one flow', () => {
  const flows = { shop: flowOf('shop', [requestStep({ label: 'home' }), requestStep({ label: 'item ${id}' })]) };
  const seconds = [
    new Map([
      ['home', requests(3)],
      ['item 1', requests(4, { failures: 1 })],
      ['item 2', requests(5)],
      ['login', requests(100, { failures: 50 })],
    ]),
    new Map([['login', requests(100)]]),
    new Map([['item 3', requests(8, { failures: 8 })]]),
  ];
  const judged = (changes: Partial<Criterion>) => {
    const evaluator = new CriteriaEvaluator([criterion({ flow: 'shop', ...changes })], flows);
    for (const [second, labels] of seconds.entries()) {
      const total = new Statistics();
      for (const statistics of labels.values()) total.addConcurrent(statistics);
      evaluator.second(second, total, labels);
    }
    return evaluator.finish()[0]!;
  };

  it('looks at the labels of its flow together, filled in ones too', () => {
    expect(judged({})).toMatchObject({ value: 20 });
    expect(judged({ subject: 'fail' })).toMatchObject({ value: 9 });
    // The second without any of them is no data.
    const within = judged({ subject: 'fail', threshold: 5, timeframeSeconds: 1, logic: 'within' });
    expect(within).toMatchObject({ triggered: true, triggeredAtSecond: 2, value: 8 });
  });

  it('looks at its label when it names one, and at everything without a flow', () => {
    expect(judged({ label: 'login' })).toMatchObject({ value: 200 });
    expect(judged({ flow: null })).toMatchObject({ value: 220 });
  });
});

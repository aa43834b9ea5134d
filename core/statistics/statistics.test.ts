import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeSecond, plain, sample, statisticsOf, windowOf } from './fixtures/samples.ts';
import { errorKey, Statistics } from './statistics.ts';
import { totalOfWindow } from './window.ts';

const samples = fc.array(sample, { maxLength: 12 });

/** Adds in the given order, into fresh or used memory. */
function sumOf(parts: readonly Statistics[], target = new Statistics()): Statistics {
  for (const part of parts) target.addLater(part);
  return target;
}

describe('Statistics', () => {
  it('merges to what one would have counted, in any order and grouping', () => {
    fc.assert(
      fc.property(samples, samples, samples, (a, b, c) => {
        const all = plain(statisticsOf([...a, ...b, ...c]));
        const parts = () => [statisticsOf(a), statisticsOf(b), statisticsOf(c)] as const;
        const [one, two, three] = parts();
        expect(plain(sumOf([one, two, three]))).toEqual(all);
        expect(plain(sumOf([three, sumOf([two, one])]))).toEqual(all);
      }),
    );
  });

  it('keeps response times when only some of the parts have their own', () => {
    const closed = statisticsOf([]);
    closed.serviceTime.record(10);
    const open = new Statistics();
    open.splitResponseTime().record(500);
    open.serviceTime.record(20);
    for (const parts of [
      [closed, open],
      [open, closed],
    ]) {
      const sum = sumOf(parts);
      expect(sum.responseTime?.count).toBe(2);
      expect([sum.responseTime?.minUs, sum.responseTime?.maxUs]).toEqual([10, 500]);
      expect([sum.serviceTime.minUs, sum.serviceTime.maxUs]).toEqual([10, 20]);
    }
  });

  it('is as good as new after clear', () => {
    fc.assert(
      fc.property(samples, samples, (before, after) => {
        const used = statisticsOf(before);
        used.clear();
        expect(plain(used)).toEqual(plain(new Statistics()));
        expect(plain(sumOf([statisticsOf(after)], used))).toEqual(plain(statisticsOf(after)));
      }),
    );
  });

  it('adds concurrency of the same second, and takes the larger of different ones', () => {
    const [one, other] = [new Statistics(), new Statistics()];
    one.concurrencyMax = 3;
    other.concurrencyMax = 5;
    const concurrent = new Statistics();
    concurrent.addConcurrent(one);
    concurrent.addConcurrent(other);
    expect(concurrent.concurrencyMax).toBe(8);
    expect(sumOf([other, one]).concurrencyMax).toBe(5);
  });

  it('does not share error objects with what it was made from', () => {
    const part = new Statistics();
    part.countError({ type: 'http', message: 'HTTP 500', count: 2, example: null });
    const sum = sumOf([part, part]);
    expect(sum.errors.get(errorKey('http', 'HTTP 500'))?.count).toBe(4);
    expect(part.errors.get(errorKey('http', 'HTTP 500'))?.count).toBe(2);
  });

  it('keeps the smaller example, whoever comes first', () => {
    const errors = [null, 'b', 'a', 'c'].map((example) => ({ type: 't', message: 'm', count: 1, example }));
    for (const order of [errors, errors.toReversed()]) {
      const statistics = new Statistics();
      for (const error of order) statistics.countError(error);
      expect(statistics.errors.get(errorKey('t', 'm'))).toEqual({ type: 't', message: 'm', count: 4, example: 'a' });
    }
  });
});

describe('totalOfWindow', () => {
  it('sums the labels, and takes users and dropped starts from the task', () => {
    fc.assert(
      fc.property(madeSecond, (made) => {
        const window = windowOf(3, made);
        const used = statisticsOf(made.samples);
        used.concurrencyMax = 1000;
        const total = totalOfWindow(window, used);
        expect(total).toBe(used);
        expect(total.requests).toBe(made.samples.length);
        expect(total.concurrencyMax).toBe(made.users);
        expect(total.droppedStarts).toBe(made.dropped);
        const unfinished = made.samples.length > 0 ? made.unfinished : 0;
        expect(total.plannedStarts).toBe(made.samples.length + unfinished + made.dropped);
        expect(plain(totalOfWindow(window))).toEqual(plain(total));
      }),
    );
  });
});

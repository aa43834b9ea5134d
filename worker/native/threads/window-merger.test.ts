import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../core/limits.ts';
import { type MadeSecond, madeSecond, windowOf } from '../../../core/statistics/fixtures/samples.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import type { Window } from '../../../core/statistics/window.ts';
import { encodeWindow } from './encode-window.ts';
import { WindowMerger } from './window-merger.ts';

/** What can be compared of statistics. */
function plain(statistics: Statistics): unknown {
  const { serviceTime, responseTime, timeToFirstByte, codes, errors, ...counts } = statistics;
  const plainErrors = [...errors].map(([key, { count, type, message }]) => ({ key, count, type, message }));
  return {
    requests: counts.requests,
    failures: counts.failures,
    plannedStarts: counts.plannedStarts,
    droppedStarts: counts.droppedStarts,
    concurrencyMax: counts.concurrencyMax,
    lastEndedUs: counts.lastEndedUs,
    bytesReceived: counts.bytesReceived,
    service: [serviceTime.count, serviceTime.sumUs, serviceTime.percentileUs(90)],
    response: [(responseTime ?? serviceTime).count, (responseTime ?? serviceTime).sumUs],
    firstByte: [timeToFirstByte.count, timeToFirstByte.sumUs],
    codes: [...codes].toSorted(([one], [other]) => one - other),
    errors: plainErrors.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
  };
}

function plainWindow({ labels, second, task }: Window): unknown {
  const all = [...labels].map(([label, statistics]) => [label, plain(statistics)] as const);
  return { second, task: plain(task), labels: all.toSorted(([one], [other]) => (one < other ? -1 : 1)) };
}

/** The windows of one second of several threads, added up by hand. */
function together(second: number, made: readonly MadeSecond[]): unknown {
  const labels = new Map<string, Statistics>();
  const task = new Statistics();
  for (const each of made) {
    const window = windowOf(second, each);
    task.addConcurrent(window.task);
    for (const [label, statistics] of window.labels) {
      const sum = labels.get(label) ?? new Statistics();
      sum.addConcurrent(statistics);
      labels.set(label, sum);
    }
  }
  return plainWindow({ second, labels, task });
}

describe('the windows of several threads', () => {
  it('become one a second, in order, however the threads run ahead and whenever they end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(madeSecond, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        (threads, choices) => {
          const merged: unknown[] = [];
          const merger = new WindowMerger(threads.length, (window) => merged.push(plainWindow(window)));
          const left = threads.map((seconds, thread) => [
            ...seconds.map((made, second) => () => merger.add(thread, encodeWindow(windowOf(second, made), thread))),
            () => merger.ended(thread),
          ]);
          while (left.some((actions) => actions.length > 0)) {
            const ready = left.filter((actions) => actions.length > 0);
            ready[choices.next().value! % ready.length]!.shift()!();
          }
          const seconds = Math.max(...threads.map((each) => each.length));
          const expected = Array.from({ length: seconds }, (_, second) =>
            together(
              second,
              threads.flatMap((each) => each[second] ?? []),
            ),
          );
          expect(merged).toEqual(expected);
        },
      ),
    );
  });

  it('are handed on as soon as all that run have given theirs', () => {
    const seconds: number[] = [];
    const merger = new WindowMerger(2, ({ second }) => seconds.push(second));
    const add = (thread: number, second: number) =>
      merger.add(thread, encodeWindow({ second, labels: new Map(), task: new Statistics() }, thread));
    add(0, 0);
    add(0, 1);
    expect(seconds).toEqual([]);
    add(1, 0);
    expect(seconds).toEqual([0]);
    merger.ended(1);
    expect(seconds).toEqual([0, 1]);
    add(0, 2);
    expect(seconds).toEqual([0, 1, 2]);
  });

  it('keep the errors of the task within its limits, and lose none', () => {
    const kinds = new Set<string>();
    let bytes = 0;
    let examples = 0;
    const counts = { all: 0, other: 0 };
    const merger = new WindowMerger(2, ({ labels }) => {
      for (const { errors } of labels.values()) {
        for (const { type, message, count, example } of errors.values()) {
          kinds.add(`${type} ${message}`);
          counts.all += count;
          if (type === 'other') counts.other += count;
          bytes += Buffer.byteLength(example ?? '');
          if (example !== null) examples++;
        }
      }
    });
    const example = 'x'.repeat(limits.errorExampleBytesMax);
    for (let second = 0; second < 3; second++) {
      for (let thread = 0; thread < 2; thread++) {
        const statistics = new Statistics();
        for (let kind = 0; kind < limits.errorTypesMax; kind++) {
          const message = `thread ${thread} kind ${kind}`;
          statistics.countError({ type: 'http', message, count: 2, example: second < 2 ? example : null });
        }
        const window = { second, labels: new Map([['home', statistics]]), task: new Statistics() };
        merger.add(thread, encodeWindow(window, thread));
      }
    }
    expect(kinds.size).toBe(limits.errorTypesMax + 1);
    expect(counts).toEqual({ all: 1200, other: 600 });
    expect(bytes).toBeLessThanOrEqual(limits.errorExamplesBytesMax);
    expect(examples).toBe(limits.errorExamplesBytesMax / limits.errorExampleBytesMax);
  });
});

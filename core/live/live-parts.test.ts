import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MadeSecond, madeSecond, plain, windowOf } from '../statistics/fixtures/samples.ts';
import { Statistics } from '../statistics/statistics.ts';
import { totalOfWindow } from '../statistics/window.ts';
import type { LiveMessage } from './live-message.ts';
import { LiveParts } from './live-parts.ts';

const SECONDS = 2;
const TASKS = 4;
const regions = ['east', 'west'];

/** What each task of each region saw in each second. */
const madeRun = fc.array(madeSecond, { minLength: 16, maxLength: 16 });

function totalOf(made: readonly MadeSecond[], region: string, second: number, task: number): Statistics {
  const one = made[(regions.indexOf(region) * SECONDS + second) * TASKS + task] as MadeSecond;
  return totalOfWindow(windowOf(second, one));
}

function message(made: readonly MadeSecond[], region: string, second: number, tasks: number[]): LiveMessage {
  const total = new Statistics();
  for (const task of tasks) total.addConcurrent(totalOf(made, region, second, task));
  return { region, index: second, second, seconds: 1, tasks, taskRequests: tasks, total, labels: new Map() };
}

/** How a region's second may be told in parts that together are all of it. */
const partitions = [
  [[0, 1, 2, 3]],
  [[0], [1], [2], [3]],
  [
    [0, 2],
    [1, 3],
  ],
  [[3], [0, 1, 2]],
  [[0], [0, 1], [0, 1, 2, 3]],
];

describe('live messages in parts', () => {
  it('merge exactly, in whatever order, however cut, and however often they come', () => {
    const cuts = fc.array(fc.constantFrom(...partitions), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(madeRun, cuts, fc.infiniteStream(fc.nat()), (made, cut, random) => {
        const parts = new LiveParts(10);
        const messages = regions.flatMap((region, r) =>
          [0, 1].flatMap((second) =>
            (cut[r * SECONDS + second] as number[][]).map((tasks) => message(made, region, second, tasks)),
          ),
        );
        const shuffled = [...messages, ...messages]
          .map((one) => ({ one, at: random.next().value as number }))
          .sort((left, right) => left.at - right.at);
        for (const { one } of shuffled) parts.add(one);
        const whole = [0, 1].map((second) => {
          const total = new Statistics();
          for (const region of regions) {
            for (let task = 0; task < TASKS; task++) total.addConcurrent(totalOf(made, region, second, task));
          }
          return { second, seconds: 1, tasks: 8, total: plain(total) };
        });
        expect(parts.moments().map((moment) => ({ ...moment, total: plain(moment.total) }))).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  const made = fc.sample(madeRun, { numRuns: 1, seed: 1 })[0] as MadeSecond[];

  it('say whether they brought anything new', () => {
    const parts = new LiveParts(2);
    expect(parts.add(message(made, 'east', 1, [0, 1]))).toBe(true);
    expect(parts.add(message(made, 'east', 1, [1]))).toBe(false);
    expect(parts.add(message(made, 'east', 1, []))).toBe(false);
    expect(parts.add(message(made, 'west', 1, [1]))).toBe(true);
    expect(parts.moments()).toMatchObject([{ second: 1, tasks: 3 }]);
  });

  it('are kept for so many intervals, or until they are known otherwise', () => {
    const parts = new LiveParts(2);
    for (const second of [1, 0, 2]) parts.add({ ...message(made, 'east', 0, [0]), index: second, second });
    expect(parts.moments().map(({ second }) => second)).toEqual([1, 2]);
    expect(parts.add(message(made, 'east', 0, [1]))).toBe(false);
    parts.forgetBefore(2);
    expect(parts.moments().map(({ second }) => second)).toEqual([2]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import type { PlannedRegion, TaskId } from './plan.ts';
import {
  composeShares,
  everyNth,
  periodicShare,
  repeatShare,
  type Share,
  shiftShare,
  taskShare,
  weightedPattern,
} from './share.ts';

const regionLists = fc
  .array(fc.record({ tasks: fc.integer({ min: 1, max: 5 }), share: fc.integer({ min: 1, max: 40 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((list): PlannedRegion[] => list.map((region, position) => ({ name: `region-${position}`, ...region })));

function tasksOf(regions: readonly PlannedRegion[]): TaskId[] {
  return regions.flatMap(({ name, tasks }) => Array.from({ length: tasks }, (_, task) => ({ region: name, task })));
}

/** The numbers below `limit` that the share gives. */
function numbersBelow(share: Share, limit: number): number[] {
  return Array.from({ length: share.countBelow(limit) }, (_, i) => share.index(i));
}

describe('weightedPattern', () => {
  it('spreads owners evenly, the heavier first', () => {
    expect([...weightedPattern([2, 1])]).toEqual([0, 1, 0]);
    expect([...weightedPattern([1, 1, 1])]).toEqual([0, 1, 2]);
    expect([...weightedPattern([5, 1, 1])]).toEqual([0, 0, 1, 0, 0, 2, 0]);
    expect([...weightedPattern([400, 400])]).toEqual([0, 1]);
    expect([...weightedPattern([7])]).toEqual([0]);
  });

  it('keeps each owner within one place of its exact proportion everywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), (weights) => {
        const pattern = weightedPattern(weights);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const counts = weights.map(() => 0);
        let worst = 0;
        for (const [at, owner] of pattern.entries()) {
          counts[owner] = counts[owner]! + 1;
          for (const [each, count] of counts.entries()) {
            worst = Math.max(worst, Math.abs(count - ((at + 1) * weights[each]!) / total));
          }
        }
        expect(worst).toBeLessThan(1);
        expect(counts.map((count) => count * total)).toEqual(weights.map((weight) => weight * pattern.length));
      }),
    );
  });

  it('holds for the largest pattern that a scenario can ask for', () => {
    const weights = Array.from({ length: 50 }, (_, position) => 10_000 - position);
    const pattern = weightedPattern(weights);
    const counts = new Array<number>(50).fill(0);
    for (const owner of pattern) counts[owner] = counts[owner]! + 1;
    expect(counts).toEqual(weights);
  });
});

describe('a share', () => {
  it('of a task is every number in its turn', () => {
    const regions = [
      { name: 'a', tasks: 2, share: 2 },
      { name: 'b', tasks: 1, share: 1 },
    ];
    const numbers = (region: string, task: number) => numbersBelow(taskShare(regions, { region, task }), 12);
    expect(numbers('a', 0)).toEqual([0, 3, 6, 9]);
    expect(numbers('a', 1)).toEqual([2, 5, 8, 11]);
    expect(numbers('b', 0)).toEqual([1, 4, 7, 10]);
  });

  it('and all the others are each number once, in order, evenly at every length', () => {
    fc.assert(
      fc.property(
        regionLists,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 200 }),
        (regions, limit, offset) => {
          const all: number[] = [];
          let proportions = 0;
          const shares = regions.reduce((sum, { share }) => sum + share, 0);
          for (const id of tasksOf(regions)) {
            const region = regions.find(({ name }) => name === id.region)!;
            const proportion = region.share / shares / region.tasks;
            const share = taskShare(regions, id);
            expect(share.proportion).toBeCloseTo(proportion, 12);
            proportions += share.proportion;
            const deviations = Array.from({ length: limit + 1 }, (_, n) =>
              Math.abs(share.countBelow(n) - n * proportion),
            );
            expect(Math.max(...deviations)).toBeLessThan(1);
            const shifted = shiftShare(share, offset);
            const numbers = numbersBelow(shifted, limit);
            expect(Math.abs(numbers.length - limit * proportion)).toBeLessThan(2);
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
            all.push(...numbers);
          }
          expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: limit }, (_, n) => n));
          expect(proportions).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('has index and countBelow as each other’s inverse, however it was made', () => {
    const simple = fc.oneof(
      fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { minLength: 1 }).map((positions) =>
        periodicShare(
          30,
          [...positions].sort((a, b) => a - b),
        ),
      ),
      fc.tuple(fc.nat(9), fc.integer({ min: 10, max: 20 })).map(([first, count]) => everyNth(first, count)),
    );
    const shares = fc.oneof(
      simple,
      fc.tuple(simple, simple).map(([outer, inner]) => composeShares(outer, inner)),
      fc.tuple(simple, fc.nat(100)).map(([share, offset]) => shiftShare(share, offset)),
      fc.tuple(simple, fc.integer({ min: 30, max: 90 })).map(([share, period]) => repeatShare(share, period)),
    );
    fc.assert(
      fc.property(shares, fc.nat(2 ** 40), (share, i) => {
        const number = share.index(i);
        expect(share.countBelow(number)).toBe(i);
        expect(share.countBelow(number + 1)).toBe(i + 1);
        expect(share.index(i + 1)).toBeGreaterThan(number);
      }),
      { numRuns: 500 },
    );
  });

  it('repeated gives starts to the users in turn, none to a task without a user', () => {
    const regions = [{ name: 'a', tasks: 3, share: 1 }];
    const starts = (task: number) => repeatShare(taskShare(regions, { region: 'a', task }), 2);
    expect(numbersBelow(starts(0), 7)).toEqual([0, 2, 4, 6]);
    expect(numbersBelow(starts(1), 7)).toEqual([1, 3, 5]);
    expect(starts(2).countBelow(1e15)).toBe(0);
  });

  it('is exact up to 30 days at ten million a second', () => {
    const planned = 30 * 24 * 3600 * 10_000_000;
    const regions = [
      { name: 'a', tasks: 4999, share: 9973 },
      { name: 'b', tasks: 4999, share: 7919 },
      { name: 'c', tasks: 2, share: 1 },
    ];
    let total = 0;
    for (const id of tasksOf(regions).filter(({ task }) => task < 2 || task > 4996)) {
      const share = taskShare(regions, id);
      const count = share.countBelow(planned);
      for (const i of [0, Math.floor(count / 2), count - 1]) expect(share.countBelow(share.index(i))).toBe(i);
      expect(share.index(count - 1)).toBeLessThan(planned);
      expect(share.index(count)).toBeGreaterThanOrEqual(planned);
    }
    for (const [position, { share, tasks }] of regions.entries()) {
      const pattern = weightedPattern(regions.map((region) => region.share));
      const places = [...pattern.keys()].filter((at) => pattern[at] === position);
      const ofRegion = periodicShare(pattern.length, places);
      expect(
        Math.abs(Number(BigInt(ofRegion.countBelow(planned)) * 17893n - BigInt(planned) * BigInt(share))),
      ).toBeLessThan(17893);
      for (let task = 0; task < tasks; task++) total += everyNth(task, tasks).countBelow(ofRegion.countBelow(planned));
    }
    expect(total).toBe(planned);
  });

  it('is refused to a task that the plan does not have', () => {
    const regions = [{ name: 'a', tasks: 2, share: 1 }];
    for (const id of [
      { region: 'a', task: 2 },
      { region: 'a', task: -1 },
      { region: 'a', task: 0.5 },
      { region: 'b', task: 0 },
    ]) {
      expect(() => taskShare(regions, id)).toThrow(LoadstarError);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExecutionOf, regionsOf, sharesOf } from './fixtures/shares.ts';
import { segmentParts, taskShareOf } from './task-share.ts';

const regions = fc
  .array(fc.record({ tasks: fc.integer({ min: 1, max: 9 }), share: fc.integer({ min: 1, max: 12 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => all.map((region, i) => ({ name: `r${i}`, ...region })));
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

describe('the shares of all tasks', () => {
  it('are the whole load, user by user and rate by rate', () => {
    const loads = fc.array(
      fc.record({
        concurrency: fc.option(fc.integer({ min: 1, max: 500 })),
        throughput: fc.option(fc.double({ min: 0.1, max: 1e4, noNaN: true })),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(regions, loads, (where, executions) => {
        const shares = sharesOf(
          where,
          executions.map((load) => ({ load })),
        );
        for (const [position, { concurrency, throughput }] of executions.entries()) {
          const parts = shares.map((task) => task[position]!);
          if (concurrency !== null) expect(sum(parts.map(({ load }) => load?.concurrency ?? 0))).toBe(concurrency);
          if (throughput !== null)
            expect(sum(parts.map(({ load }) => load?.throughput ?? 0))).toBeCloseTo(throughput, 6);
          expect(sum(parts.map(({ proportion }) => proportion))).toBeCloseTo(1, 9);
          for (const { isIdle, load, proportion } of parts) {
            expect(isIdle).toBe(concurrency !== null && load?.concurrency === 0);
            expect(proportion === 0).toBe(isIdle);
          }
        }
      }),
    );
  });

  it('are the whole of each group of users, wherever it stands', () => {
    fc.assert(
      fc.property(
        regions,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        (where, count, before) => {
          const parts = sharesOf(where, [{ load: { concurrency: 7 } }]).map(([share]) => share!);
          expect(sum(parts.map(({ usersOf }) => usersOf(count, before)))).toBe(count);
          for (const { usersOf } of parts)
            expect(usersOf(count, before)).toBe(usersOf(before + count) - usersOf(before));
        },
      ),
    );
  });

  it('are segments that lie one after the other, as long as the tasks are part of the whole', () => {
    fc.assert(
      fc.property(regions, (where) => {
        const parts = sharesOf(where, [{ executor: 'k6' }]).map(([share]) => share!);
        const value = ([numerator, denominator]: readonly [number, number]) => numerator / denominator;
        expect(parts[0]?.segment.from[0]).toBe(0);
        expect(value(parts.at(-1)!.segment.to)).toBe(1);
        for (const [i, { segment, proportion, taskNumber, tasks }] of parts.entries()) {
          if (i > 0) expect(segment.from).toEqual(parts[i - 1]?.segment.to);
          expect(value(segment.to) - value(segment.from)).toBeCloseTo(proportion, 9);
          expect(segment.sequence).toBe(parts[0]?.segment.sequence);
          expect(segment.sequence.split(',')).toHaveLength(tasks + 1);
          expect([taskNumber, tasks]).toEqual([i, parts.length]);
        }
      }),
    );
  });
});

it('names segments as k6 wants them', () => {
  const [[share] = []] = sharesOf(regionsOf(3), [{ executor: 'k6' }]);
  expect(share?.segment).toEqual({ from: [0, 1], to: [1, 3], sequence: '0,1/3,2/3,1' });
  const [[alone] = []] = sharesOf(regionsOf(1), [{ executor: 'k6' }]);
  expect(alone?.segment).toEqual({ from: [0, 1], to: [1, 1], sequence: '0,1' });
  expect(
    segmentParts([
      { name: 'a', tasks: 2, share: 1 },
      { name: 'b', tasks: 3, share: 2 },
    ]),
  ).toBe(18);
});

it('gives executions with few users to different tasks', () => {
  const one: ExecutionOf = { load: { concurrency: 1 } };
  const shares = sharesOf(regionsOf(3), [one, one, one]);
  expect(shares.map((task) => task.map(({ isIdle }) => (isIdle ? 0 : 1)))).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
});

it('keeps no task of k6 from a load that k6 divides itself', () => {
  const shares = sharesOf(regionsOf(3), [
    { executor: 'k6', shape: { usersMax: 1 } },
    { executor: 'jmeter', shape: { usersMax: 1 } },
  ]);
  expect(shares.map((task) => task.map(({ isIdle }) => isIdle))).toEqual([
    [false, true],
    [false, false],
    [false, true],
  ]);
});

it('knows only the tasks of its plan', () => {
  const taurus = { executions: [], config: {}, files: [], taskFiles: [] };
  const plan = { regions: regionsOf(2), taurus };
  expect(() => taskShareOf(plan, { region: 'r0', task: 2 })).toThrow(/no task 2/);
  expect(() => taskShareOf(plan, { region: 'x', task: 0 })).toThrow(/no task 0/);
  expect(() => taskShareOf({ ...plan, taurus: null }, { region: 'r0', task: 0 })).toThrow(/nothing for Taurus/);
});

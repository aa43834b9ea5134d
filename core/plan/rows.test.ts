import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionOf, flowOf, requestStep } from '../scenario/fixtures/flows.ts';
import type { DataSource, LoadProfile } from '../scenario/scenario.ts';
import { scenarioOf, tasksOf } from './fixtures/plan-of.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { shardOf } from './shard.ts';

const sourceOf = (changes: Partial<DataSource> = {}): DataSource => ({
  path: 'users.csv',
  delimiter: ',',
  quoted: false,
  encoding: null,
  loop: true,
  randomOrder: false,
  variableNames: null,
  partition: 'split',
  ...changes,
});
const closed = (concurrency: number): LoadProfile => ({
  model: 'closed',
  concurrency,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 1,
  stages: null,
  iterations: null,
});
const open = (concurrency: number | null): LoadProfile => ({
  model: 'open',
  starts: 'iterations',
  startsPerSecond: 10,
  concurrency,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 1,
  stages: null,
  iterations: null,
});

function planOf(loads: LoadProfile[], source: DataSource, regions: Plan['regions'], threads: number): Plan {
  const flow = (name: string) => flowOf(name, [requestStep({ url: 'http://127.0.0.1:1/' })], { dataSources: [source] });
  return makePlan(
    scenarioOf([], {
      threads,
      regions: Object.fromEntries(regions.map(({ name, tasks, share }) => [name, { tasks, share }])),
      executions: loads.map((load, i) => executionOf(`flow-${i % 2}`, load)),
      flows: { 'flow-0': flow('flow-0'), 'flow-1': flow('flow-1') },
    }),
    { runId: 'r1' },
  );
}

interface Part {
  task: string;
  users: number;
  rows: number[];
}

/** What every thread of every task gets of the rows, in one of the executions. */
function partsOf(plan: Plan, position: number, rowCount: number, source: DataSource): Part[] {
  return tasksOf(plan).flatMap((id) =>
    Array.from({ length: plan.threadsPerTask }, (_, thread) => {
      const execution = shardOf(plan, id, thread).executions[position]!;
      const part = execution.rowsOf(rowCount, source);
      const rows = Array.from({ length: part.count }, (_, i) => part.row(i));
      const users = execution.model === 'closed' ? execution.users : execution.usersMax;
      return { task: `${id.region}/${id.task}`, users, rows };
    }),
  );
}
const sorted = (numbers: number[]) => numbers.toSorted((one, other) => one - other);
const allRows = (count: number) => Array.from({ length: count }, (_, row) => row);

const worlds = fc.record({
  regions: fc
    .array(fc.record({ tasks: fc.integer({ min: 1, max: 4 }), share: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((list) => list.map((region, i) => ({ name: `region-${i}`, ...region }))),
  loads: fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }).map(closed), fc.constantFrom(null, 1, 7, 40).map(open)), {
    minLength: 1,
    maxLength: 3,
  }),
  threads: fc.integer({ min: 1, max: 4 }),
  rowCount: fc.nat({ max: 200 }),
});

describe('rows', () => {
  it('that are split belong to one each, who has users, in order', () => {
    fc.assert(
      fc.property(worlds, ({ regions, loads, threads, rowCount }) => {
        const source = sourceOf({ loop: false });
        const plan = planOf(loads, source, regions, threads);
        for (const position of loads.keys()) {
          const parts = partsOf(plan, position, rowCount, source);
          expect(sorted(parts.flatMap(({ rows }) => rows))).toEqual(allRows(rowCount));
          for (const { rows, users } of parts) {
            expect(rows).toEqual(sorted(rows));
            if (users === 0) expect(rows).toEqual([]);
          }
        }
      }),
    );
  });

  it('that are unique are not taken twice in the run, by other executions neither', () => {
    fc.assert(
      fc.property(worlds, ({ regions, loads, threads, rowCount }) => {
        const source = sourceOf({ partition: 'unique' });
        const plan = planOf(loads, source, regions, threads);
        const rows = [...loads.keys()].flatMap((position) =>
          partsOf(plan, position, rowCount, source).flatMap((part) => part.rows),
        );
        expect(sorted(rows)).toEqual(allRows(rowCount));
      }),
    );
  });

  it('that are copied are all there in every task that has users, once', () => {
    fc.assert(
      fc.property(worlds, ({ regions, loads, threads, rowCount }) => {
        const source = sourceOf({ partition: 'copy', loop: false });
        const plan = planOf(loads, source, regions, threads);
        for (const position of loads.keys()) {
          const parts = partsOf(plan, position, rowCount, source).filter(({ users }) => users > 0);
          for (const [, ofTask] of Map.groupBy(parts, ({ task }) => task)) {
            expect(sorted(ofTask.flatMap(({ rows }) => rows))).toEqual(allRows(rowCount));
          }
        }
      }),
    );
  });

  it('that are copied and begin again leave no thread without one', () => {
    const source = sourceOf({ partition: 'copy' });
    const plan = planOf([closed(9)], source, [{ name: 'a', tasks: 1, share: 1 }], 3);
    expect(partsOf(plan, 0, 2, source).map(({ rows }) => rows)).toEqual([[0], [1], [0]]);
    expect(partsOf(plan, 0, 0, source).map(({ rows }) => rows)).toEqual([[], [], []]);
  });

  it('that are too few to be split and used again and again are refused where they lack', () => {
    const source = sourceOf();
    const plan = planOf([closed(3)], source, [{ name: 'a', tasks: 4, share: 1 }], 1);
    const rowsOf = (task: number) => shardOf(plan, { region: 'a', task }).executions[0]!.rowsOf(2, source);
    expect([rowsOf(0).row(0), rowsOf(1).row(0)]).toEqual([0, 1]);
    expect(() => rowsOf(2)).toThrow(/users.csv has 2 rows: too few/);
    // Nobody is there to miss them.
    expect(rowsOf(3).count).toBe(0);
  });
});

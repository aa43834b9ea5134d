import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadProfile } from '../scenario/scenario.ts';
import { planOf, tasksOf } from './fixtures/plan-of.ts';
import type { Plan } from './plan.ts';
import { type ClosedShardExecution, type OpenShardExecution, type ShardExecution, shardOf } from './shard.ts';

const seconds = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 20 }),
  fc.double({ min: 0.1, max: 20, noNaN: true }),
);
const steps = fc.option(fc.integer({ min: 1, max: 7 }));
const iterations = fc.option(fc.integer({ min: 1, max: 9 }));
const closedLoads: fc.Arbitrary<LoadProfile> = fc.record({
  model: fc.constant('closed' as const),
  concurrency: fc.integer({ min: 1, max: 60 }),
  rampUpSeconds: seconds,
  steps,
  holdForSeconds: seconds,
  stages: fc.constant(null),
  iterations,
});
const openLoads: fc.Arbitrary<LoadProfile> = fc.record({
  model: fc.constant('open' as const),
  starts: fc.constantFrom('requests' as const, 'iterations' as const),
  startsPerSecond: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0.01, max: 20, noNaN: true })),
  concurrency: fc.option(fc.integer({ min: 1, max: 20 })),
  rampUpSeconds: seconds,
  steps,
  holdForSeconds: fc.integer({ min: 1, max: 20 }),
  stages: fc.constant(null),
  iterations,
});
const regionMaps = fc
  .array(fc.record({ tasks: fc.integer({ min: 1, max: 4 }), share: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list) => Object.fromEntries(list.map((region, position) => [`region-${position}`, region])));
/** Users and rates that rise and fall. */
const stagedLoads: fc.Arbitrary<LoadProfile> = fc
  .record({
    targets: fc.array(
      fc.record({ durationSeconds: fc.constantFrom(0, 1, 2.5, 10), target: fc.integer({ min: 0, max: 30 }) }),
      { minLength: 1, maxLength: 5 },
    ),
    isOpen: fc.boolean(),
  })
  .map(({ isOpen, targets }) => {
    const stages = [...targets, { durationSeconds: 3, target: 5 }];
    const highest = Math.max(...stages.map(({ target }) => target));
    const common = { rampUpSeconds: 0, steps: null, holdForSeconds: 0, stages, iterations: null };
    return isOpen
      ? { model: 'open', starts: 'iterations', startsPerSecond: highest, concurrency: null, ...common }
      : { model: 'closed', concurrency: highest, ...common };
  });
const allLoads = fc.oneof(closedLoads, openLoads, stagedLoads);

const plans = fc
  .tuple(regionMaps, fc.array(allLoads, { minLength: 1, maxLength: 3 }))
  .map(([regions, loads]) => planOf(loads, regions));

const range = (length: number) => Array.from({ length }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.sort((a, b) => a - b);

/** What all tasks have of each execution of the plan. */
function shardsOf(plan: Plan): ShardExecution[][] {
  const shards = tasksOf(plan).map((id) => shardOf(plan, id));
  return plan.executions.map((_, position) => shards.map((shard) => shard.executions[position]!));
}
/** How many of a part's users are active at an instant. */
function activeUsers(part: ClosedShardExecution, instant: number): number {
  const changes = part.userChanges();
  while (changes.nextSeconds <= instant) changes.advance();
  return changes.active;
}
const closed = (parts: ShardExecution[]) =>
  parts.filter((part): part is ClosedShardExecution => part.model === 'closed');
const open = (parts: ShardExecution[]) => parts.filter((part): part is OpenShardExecution => part.model === 'open');

describe('the shards of the threads of a task', () => {
  it('are its shard', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 5 }), (plan, threadsPerTask) => {
        const threaded = { ...plan, threadsPerTask };
        for (const id of tasksOf(plan)) {
          const whole = shardOf(threaded, id).executions;
          const shards = range(threadsPerTask).map((thread) => shardOf(threaded, id, thread).executions);
          for (const [position, task] of whole.entries()) {
            const parts = shards.map((shard) => shard[position]!);
            const usersOf = (part: ShardExecution) => (part.model === 'closed' ? part.users : part.usersMax);
            const firstUsers = (part: ShardExecution) => range(Math.min(60, usersOf(part))).map(part.userIndex);
            expect(parts.reduce((sum, part) => sum + usersOf(part), 0)).toBe(usersOf(task));
            if (usersOf(task) <= 60) expect(sorted(parts.flatMap(firstUsers))).toEqual(sorted(firstUsers(task)));
            const startsOf = (part: OpenShardExecution) =>
              range(part.starts).map((i) => `${part.startIndex(i)} ${part.startSeconds(i)}`);
            expect(open(parts).flatMap(startsOf).sort()).toEqual(open([task]).flatMap(startsOf).sort());
          }
        }
      }),
    );
  });

  it('have the users of the task at every instant', () => {
    fc.assert(
      fc.property(
        regionMaps,
        fc.oneof(closedLoads, stagedLoads),
        fc.integer({ min: 1, max: 5 }),
        fc.double({ min: 0, max: 45, noNaN: true }),
        (regions, load, threadsPerTask, instant) => {
          const plan = { ...planOf([load], regions), threadsPerTask };
          for (const id of tasksOf(plan)) {
            const activeIn = (shard: { executions: ShardExecution[] }) =>
              closed(shard.executions).reduce((sum, part) => sum + activeUsers(part, instant), 0);
            const parts = range(threadsPerTask).map((thread) => activeIn(shardOf(plan, id, thread)));
            expect(parts.reduce((sum, users) => sum + users, 0)).toBe(activeIn(shardOf(plan, id)));
          }
        },
      ),
    );
  });

  it('are as many as the plan says', () => {
    const plan = { ...planOf([closedLoad(4)], { a: { tasks: 1, share: 1 } }), threadsPerTask: 2 };
    for (const thread of [2, -1, 0.5]) {
      expect(() => shardOf(plan, { region: 'a', task: 0 }, thread)).toThrow(/no thread/);
    }
  });
});

describe('the shards of all tasks', () => {
  it('have every user once', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const [position, parts] of shardsOf(plan).entries()) {
          const users = parts.flatMap((part) =>
            range(part.model === 'closed' ? part.users : part.usersMax).map(part.userIndex),
          );
          // An open load without concurrency has thousands: their number must do.
          const { usersMax } = plan.executions[position]!.load;
          if (usersMax > 60) expect(users.length).toBe(usersMax);
          else expect(sorted(users)).toEqual(range(usersMax));
        }
      }),
    );
  });

  it('have every start once, each task in order, and at the plan’s instants', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const whole = shardsOf({ ...plan, regions: [{ name: 'one', tasks: 1, share: 1 }] });
        for (const [position, parts] of shardsOf(plan).entries()) {
          const starts = open(parts).flatMap((part) => {
            const instants = range(part.starts).map(part.startSeconds);
            expect(instants).toEqual([...instants].sort((a, b) => a - b));
            for (const instant of instants) expect(instant).toBeLessThanOrEqual(part.endSeconds);
            return range(part.starts).map((i) => ({ n: part.startIndex(i), instant: part.startSeconds(i) }));
          });
          const planned = open(whole[position]!).flatMap((part) => range(part.starts).map(part.startSeconds));
          expect(starts.sort((a, b) => a.n - b.n)).toEqual(planned.map((instant, n) => ({ n, instant })));
        }
      }),
    );
  });

  it('have the plan’s users at every instant', () => {
    fc.assert(
      fc.property(regionMaps, closedLoads, fc.double({ min: 0, max: 45, noNaN: true }), (regions, load, instant) => {
        const plan = planOf([load], regions);
        const planned = plan.executions[0]!.load;
        if (planned.model !== 'closed') throw new Error('a closed load was planned as another');
        const active = closed(shardsOf(plan)[0]!).reduce((sum, part) => sum + activeUsers(part, instant), 0);
        // As the scenario says it: a straight line, or stairs rounded up; all of them from the ramp's end on.
        const { concurrency, rampUpSeconds } = load as Extract<LoadProfile, { model: 'closed' }>;
        const progress = rampUpSeconds === 0 ? 1 : Math.min(1, instant / rampUpSeconds);
        const exact =
          load.steps === null || progress === 1
            ? concurrency * progress
            : Math.ceil((concurrency * (Math.floor(progress * load.steps) + 1)) / load.steps);
        fc.pre(progress === 1 || Math.abs((progress * (load.steps ?? concurrency)) % 1) > 1e-6);
        expect(active).toBe(Math.ceil(exact));
      }),
    );
  });

  it('give starts in proportion to the users when these are bound', () => {
    fc.assert(
      fc.property(
        regionMaps,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 300 }),
        (regions, users, starts) => {
          const plan = planOf([openLoad({ startsPerSecond: starts, concurrency: users })], regions);
          for (const part of open(shardsOf(plan)[0]!)) {
            expect(part.starts).toBeGreaterThanOrEqual(Math.floor(starts / users) * part.usersMax);
            expect(part.starts).toBeLessThanOrEqual(Math.ceil(starts / users) * part.usersMax);
            for (const i of range(part.starts)) {
              expect(range(part.usersMax).map(part.userIndex)).toContain(part.startIndex(i) % users);
            }
          }
        },
      ),
    );
  });
});

function openLoad(changes: {
  startsPerSecond: number;
  concurrency: number | null;
  holdForSeconds?: number;
}): LoadProfile {
  return {
    model: 'open',
    starts: 'requests',
    rampUpSeconds: 0,
    steps: null,
    holdForSeconds: 1,
    stages: null,
    iterations: null,
    ...changes,
  };
}
function closedLoad(concurrency: number): LoadProfile {
  return {
    model: 'closed',
    concurrency,
    rampUpSeconds: 0,
    steps: null,
    holdForSeconds: 1,
    stages: null,
    iterations: null,
  };
}

describe('a shard', () => {
  it('of a ramp has its users at their turn', () => {
    const plan = planOf([{ ...closedLoad(6), rampUpSeconds: 6, iterations: 3 }], { a: { tasks: 2, share: 1 } });
    const [part] = closed(shardOf(plan, { region: 'a', task: 1 }).executions);
    expect(part).toMatchObject({ users: 3, iterationsPerUser: 3, endSeconds: 7, flow: { name: 'browse' } });
    expect(range(3).map(part!.userIndex)).toEqual([1, 3, 5]);
    expect([0, 1, 2.9, 3, 5, 7].map((instant) => activeUsers(part!, instant))).toEqual([0, 1, 1, 2, 3, 3]);
  });

  it('may have no users at all', () => {
    const plan = planOf([closedLoad(1), openLoad({ startsPerSecond: 9, concurrency: 1 })], {
      a: { tasks: 3, share: 1 },
    });
    const idle = shardOf(plan, { region: 'a', task: 2 }).executions;
    expect(idle).toMatchObject([{ users: 0 }, { usersMax: 0, starts: 0 }]);
  });

  it('does not get the first user of every execution', () => {
    const plan = planOf(
      [closedLoad(1), closedLoad(1), openLoad({ startsPerSecond: 1, concurrency: null }), closedLoad(1)],
      {
        a: { tasks: 4, share: 1 },
      },
    );
    const parts = range(4).map((task) => shardOf(plan, { region: 'a', task }).executions);
    expect(parts.map((part) => part.map((each) => (each.model === 'closed' ? each.users : each.starts)))).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
  });

  it('loses no start in 30 days at ten million a second', () => {
    const days = 30 * 24 * 3600;
    const regions = { a: { tasks: 7, share: 3 }, b: { tasks: 2, share: 2 } };
    const load = openLoad({ startsPerSecond: 10_000_000, concurrency: null, holdForSeconds: days });
    const parts = open(shardsOf(planOf([load], regions))[0]!);
    expect(parts.reduce((sum, part) => sum + part.starts, 0)).toBe(days * 10_000_000);
    for (const part of parts) {
      expect(part.startSeconds(part.starts - 1)).toBeLessThan(days);
      expect(part.startSeconds(part.starts - 1)).toBeGreaterThan(days - 1e-5);
    }
  });

  it('is refused when the plan lacks its flow', () => {
    const plan = planOf([closedLoad(1)], { a: { tasks: 1, share: 1 } });
    for (const flow of ['other', 'constructor', '__proto__']) {
      const broken = { ...plan, executions: [{ ...plan.executions[0]!, flow }] };
      expect(() => shardOf(broken, { region: 'a', task: 0 })).toThrow(/does not have/);
    }
  });
});

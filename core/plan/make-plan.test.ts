// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { parseCriterion } from '../criteria/parse-criterion.ts';
import { LoadstarError } from '../errors.ts';
import { limits } from '../limits.ts';
import { executionOf, flowOf, requestStep } from '../scenario/fixtures/flows.ts';
import type { LoadProfile, Scenario } from '../scenario/scenario.ts';
import { beginSeconds } from './begin-seconds.ts';
import { planOf, scenarioOf } from './fixtures/plan-of.ts';
import { makePlan } from './make-plan.ts';
import { planSchema } from './plan.ts';

const closed: LoadProfile = {
  model: 'closed',
  concurrency: 10,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 0,
  stages: null,
  iterations: null,
};
const open: LoadProfile = {
  model: 'open',
  starts: 'requests',
  startsPerSecond: 12,
  concurrency: null,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 60,
  stages: null,
  iterations: null,
};
const oneTask = { local: { tasks: 1, share: 1 } };
const loadOf = (load: LoadProfile) => planOf([load], oneTask).executions[0]!.load;

function errorOf(scenario: Scenario, options = {}): LoadstarError {
  try {
    makePlan(scenario, { runId: 'r1', ...options });
  } catch (error) {
    if (error instanceof LoadstarError) return error;
    throw error;
  }
  throw new Error('it was planned');
}

describe('the load of a plan', () => {
  it('ramps up and holds', () => {
    expect(loadOf({ ...closed, rampUpSeconds: 30, holdForSeconds: 60 })).toEqual({
      model: 'closed',
      users: [
        { seconds: 30, from: 0, to: 10 },
        { seconds: 60, from: 10, to: 10 },
      ],
      usersMax: 10,
      iterationsPerUser: null,
      endSeconds: 90,
    });
  });

  it('has whole users on its stairs, and any rate', () => {
    const users = loadOf({ ...closed, rampUpSeconds: 30, steps: 3 });
    expect(users).toMatchObject({ users: [4, 7, 10].map((to) => ({ seconds: 10, from: to, to })), endSeconds: 30 });
    const starts = loadOf({ ...open, startsPerSecond: 1, rampUpSeconds: 20, steps: 2 });
    expect(starts).toMatchObject({ starts: [0.5, 1, 1].map((to) => ({ from: to, to })), endSeconds: 80 });
  });

  it('goes through its stages from 0, and jumps where one takes no time', () => {
    const stages = [
      { durationSeconds: 10, target: 8 },
      { durationSeconds: 0, target: 2 },
      { durationSeconds: 5, target: 2 },
    ];
    const users = [
      { seconds: 10, from: 0, to: 8 },
      { seconds: 5, from: 2, to: 2 },
    ];
    expect(loadOf({ ...closed, concurrency: 8, stages })).toMatchObject({ users, usersMax: 8, endSeconds: 15 });
    expect(loadOf({ ...open, starts: 'iterations', holdForSeconds: 0, stages })).toMatchObject({
      starts: users,
      startUnit: 'iterations',
      endSeconds: 15,
    });
  });

  it('ends with its iterations only when it has no duration', () => {
    expect(loadOf({ ...closed, iterations: 5 })).toMatchObject({ iterationsPerUser: 5, endSeconds: null });
    const ramp = { ...closed, iterations: 5, rampUpSeconds: 10 };
    expect(loadOf({ ...ramp, holdForSeconds: 5 })).toMatchObject({ iterationsPerUser: 5, endSeconds: 15 });
    // As in Taurus: a ramp-up alone is no end.
    expect(loadOf(ramp)).toMatchObject({ iterationsPerUser: 5, endSeconds: null });
    expect(loadOf({ ...ramp, rampUpSeconds: 0, stages: [{ durationSeconds: 7, target: 3 }] })).toMatchObject({
      endSeconds: 7,
    });
    // As in Taurus: nothing said is one iteration.
    expect(loadOf(closed)).toMatchObject({ iterationsPerUser: 1, endSeconds: null });
  });

  it('has users that take turns behind a limit of requests, coming as the ramp says, and none behind a rate of iterations', () => {
    const ramp = { ...open, concurrency: 4, rampUpSeconds: 10 };
    expect(loadOf({ ...ramp, steps: 2 })).toMatchObject({
      users: [2, 4].map((to) => ({ seconds: 5, from: to, to })).concat({ seconds: 60, from: 4, to: 4 }),
    });
    const stages = [{ durationSeconds: 9, target: 12 }];
    const staged = loadOf({ ...open, concurrency: 4, holdForSeconds: 0, stages });
    expect(staged).toMatchObject({ users: [{ seconds: 0, from: 4, to: 4 }], endSeconds: 9 });
    expect(loadOf({ ...ramp, starts: 'iterations' })).toMatchObject({ users: null, usersBound: true });
  });

  it('of an open model has the users that were given, else what its busiest task may open', () => {
    expect(loadOf({ ...open, concurrency: 7 })).toMatchObject({ usersMax: 7, usersBound: true });
    expect(loadOf(open)).toMatchObject({ users: null, usersBound: false });
    const usersOf = (regions: Scenario['regions']) => planOf([open], regions).executions[0]!.load.usersMax;
    const perTask = limits.openModelUsersPerTaskMax;
    expect(usersOf({ a: { tasks: 3, share: 1 } })).toBe(3 * perTask);
    expect(usersOf({ a: { tasks: 2, share: 5 }, b: { tasks: 2, share: 5 } })).toBe(4 * perTask);
    expect(usersOf({ a: { tasks: 1, share: 1 }, b: { tasks: 3, share: 1 } })).toBe(2 * perTask);
    expect(usersOf({ a: { tasks: 9000, share: 1 } })).toBe(limits.usersMax);
  });
});

describe('the times of a plan', () => {
  const timesOf = (...loads: LoadProfile[]) => planOf(loads, oneTask);

  it('follow from the longest execution', () => {
    expect(timesOf({ ...closed, holdForSeconds: 20 }, open)).toMatchObject({
      durationSeconds: 60,
      gracefulStopSeconds: 30,
      deadlineSeconds: 150,
    });
  });

  it('are unknown, but bounded, as soon as one execution ends with its iterations', () => {
    expect(timesOf(closed, open)).toMatchObject({ durationSeconds: null, deadlineSeconds: limits.runSecondsMax + 90 });
  });

  it('allow for delays, and for the longest that an execution may wait for its instant', () => {
    const instant = '2030-01-01T00:00:00Z';
    const nowMs = Date.parse(instant) - 40_000;
    const planned = (delaySeconds: number, startAt: string | null, load: LoadProfile = open) =>
      makePlan(
        {
          ...scenarioOf([open]),
          executions: [executionOf('browse', open), { ...executionOf('browse', load), delaySeconds, startAt }],
        },
        { runId: 'r1', nowMs },
      );
    expect(planned(5, null)).toMatchObject({ durationSeconds: 65, deadlineSeconds: 155 });
    expect(planned(5, instant)).toMatchObject({ durationSeconds: 105 });
    expect(planned(5, instant).executions[1]).toMatchObject({ delaySeconds: 5, startAtMs: nowMs + 40_000 });
    expect(planned(5, '2029-01-01T00:00:00Z')).toMatchObject({ durationSeconds: 60 });
    expect(planned(5, instant, closed)).toMatchObject({
      durationSeconds: null,
      deadlineSeconds: 45 + limits.runSecondsMax + 90,
    });
  });

  it('let an execution begin after its delay and at its instant, at once when that has passed', () => {
    expect(beginSeconds({ delaySeconds: 3, startAtMs: null }, 1_000_000)).toBe(3);
    expect(beginSeconds({ delaySeconds: 3, startAtMs: 1_004_500 }, 1_000_000)).toBe(7.5);
    expect(beginSeconds({ delaySeconds: 3, startAtMs: 999_000 }, 1_000_000)).toBe(2);
    expect(beginSeconds({ delaySeconds: 3, startAtMs: 900_000 }, 1_000_000)).toBe(0);
    expect(beginSeconds({ delaySeconds: 3, startAtMs: 1_004_500 }, null)).toBe(3);
  });

  it('let no request take longer to stop than it may take at all', () => {
    const scenario = scenarioOf([open]);
    const browse = scenario.flows.browse!;
    const flows = {
      browse: { ...browse, steps: [2, 4, 3].map((timeoutSeconds) => requestStep({ timeoutSeconds })) },
      unused: browse,
    };
    const plan = makePlan({ ...scenario, flows }, { runId: 'r1' });
    expect(plan.gracefulStopSeconds).toBe(4);
    expect(Object.keys(plan.flows)).toEqual(['browse']);
  });

  it('have longer segments in longer runs', () => {
    const hour = 3600;
    const segments = [60, hour, hour + 1, 3 * hour, 6 * hour, 24 * hour].map(
      (holdForSeconds) => timesOf({ ...open, holdForSeconds }).segmentSeconds,
    );
    expect(segments).toEqual([5, 5, 10, 15, 30, 30]);
    expect(timesOf(closed).segmentSeconds).toBe(5);
  });

  it('have longer segments for many tasks, and where objects are paid for', () => {
    const segmentsOf = (tasks: number, segmentSecondsMin?: number) =>
      makePlan(scenarioOf([open], { regions: { a: { tasks, share: 1 } } }), {
        runId: 'r1',
        ...(segmentSecondsMin === undefined ? {} : { segmentSecondsMin }),
      }).segmentSeconds;
    expect([1, 175, 176, 500, 1_000, 10_000].map((tasks) => segmentsOf(tasks))).toEqual([5, 5, 10, 15, 30, 30]);
    expect([1, 500].map((tasks) => segmentsOf(tasks, 10))).toEqual([10, 15]);
  });

  it('lengthen the live interval above 50 tasks, and have none without live data', () => {
    const intervalOf = (tasks: number) =>
      planOf([open], { a: { tasks, share: 1 }, b: { tasks: 1, share: 1 } }).liveIntervalSeconds;
    expect([1, 49, 50, 99, 100, 999].map(intervalOf)).toEqual([1, 1, 2, 2, 3, 20]);
    expect(makePlan(scenarioOf([open], { live: false }), { runId: 'r1' }).liveIntervalSeconds).toBeNull();
  });

  it('are what the options say', () => {
    const options = { runId: 'r1', segmentSeconds: 2, liveIntervalSeconds: null, controlPollMs: 50, leaseSeconds: 3 };
    expect(makePlan(scenarioOf([open]), options)).toMatchObject(options);
  });
});

describe('a plan', () => {
  it('is what its schema reads back', () => {
    const plan = planOf([closed, open], { b: { tasks: 2, share: 3 }, a: { tasks: 1, share: 1 } });
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(plan.regions.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('does not change the scenario', () => {
    const scenario = scenarioOf([closed, open]);
    const before = structuredClone(scenario);
    makePlan(scenario, { runId: 'r1' });
    expect(scenario).toEqual(before);
  });

  it('is refused with the fields that are wrong', () => {
    const scenario = scenarioOf(
      [
        { ...open, holdForSeconds: 0 },
        { ...closed, rampUpSeconds: 1, holdForSeconds: limits.runSecondsMax },
        { ...closed, concurrency: limits.usersMax },
      ],
      { regions: { a: { tasks: limits.tasksMax, share: 1 }, b: { tasks: 1, share: 1 } } },
    );
    scenario.executions.push(executionOf('toString', open));
    scenario.executions.push({ ...executionOf('browse', open), delaySeconds: limits.runSecondsMax });
    scenario.executions.push({ ...executionOf('browse', open), startAt: '2100-01-01T00:00:00Z' });
    const stages = [{ durationSeconds: 0, target: 1 }];
    scenario.executions.push(executionOf('browse', { ...closed, concurrency: 1, stages }));
    scenario.executions.push(executionOf('browse', { ...open, stages }));
    const error = errorOf(scenario, { nowMs: 0 });
    expect(error.code).toBe('scenario_invalid');
    expect(error.fields.map(({ path }) => path)).toEqual([
      'loadstar.regions',
      'execution',
      'execution[0].hold-for',
      'execution[1].hold-for',
      'execution[3].scenario',
      'execution[4].delay',
      'execution[5].start-at',
      'execution[6].stages',
      'execution[7].stages',
    ]);
    expect(errorOf(scenarioOf([open], { regions: {} })).fields.map(({ path }) => path)).toEqual(['loadstar.regions']);
  });

  it('is refused when criteria of one execution cannot be judged', () => {
    const criterion = { ...parseCriterion('p95>1s'), flow: 'browse' };
    const browse = (label: string) => flowOf('browse', [requestStep({ url: 'http://127.0.0.1/', label })]);
    const other = flowOf('other', [requestStep({ url: 'http://127.0.0.1/' })]);
    const scenario = (label: string, executions: string[], changes = {}) =>
      scenarioOf([], {
        flows: { browse: browse(label), other },
        executions: executions.map((flow) => executionOf(flow, open)),
        criteria: [{ ...criterion, ...changes }],
      });
    expect(makePlan(scenario('item ${id}', ['browse', 'other']), { runId: 'r1' }).criteria[0]?.flow).toBe('browse');
    expect(makePlan(scenario('${id}', ['browse', 'browse']), { runId: 'r1' }).criteria).toHaveLength(1);
    expect(makePlan(scenario('${id}', ['browse', 'other'], { label: 'home' }), { runId: 'r1' }).criteria).toHaveLength(
      1,
    );
    expect(errorOf(scenario('${id}', ['other', 'browse'])).fields).toMatchObject([
      { path: 'execution[1].criteria', message: expect.stringMatching(/its label '\$\{id\}' may be any text/) },
    ]);
    expect(errorOf(scenario('home', ['other'])).fields).toMatchObject([{ path: 'execution[0].criteria' }]);
  });

  it('is refused with options out of range', () => {
    for (const options of [
      { segmentSeconds: 31 },
      { segmentSeconds: 0.5 },
      { liveIntervalSeconds: 0 },
      { leaseSeconds: Number.NaN },
    ]) {
      const error = errorOf(scenarioOf([open]), options);
      expect(error.code).toBe('option_invalid');
      expect(error.fields.map(({ path }) => path)).toEqual(Object.keys(options));
    }
  });
});

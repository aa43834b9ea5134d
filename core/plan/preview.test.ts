import { describe, expect, it } from 'vitest';
import type { LoadProfile } from '../scenario/scenario.ts';
import { planOf, tasksOf } from './fixtures/plan-of.ts';
import { PlanPreviewer, previewPlan } from './preview.ts';

const users: LoadProfile = {
  model: 'closed',
  concurrency: 10,
  rampUpSeconds: 30,
  steps: 3,
  holdForSeconds: 60,
  stages: null,
  iterations: null,
};
const starts: LoadProfile = {
  model: 'open',
  starts: 'requests',
  startsPerSecond: 40,
  concurrency: 3,
  rampUpSeconds: 20,
  steps: null,
  holdForSeconds: 20,
  stages: null,
  iterations: null,
};

describe('previewPlan', () => {
  const plan = planOf([users, starts], { a: { tasks: 2, share: 1 }, b: { tasks: 1, share: 1 } });

  it('draws stairs as jumps, ramps as lines, and the end', () => {
    expect(previewPlan(plan).map((point) => [point.seconds, point.users, point.requestsPerSecond])).toEqual([
      [0, 4, 0],
      [10, 4, 20],
      [10, 7, 20],
      [20, 7, 40],
      [20, 10, 40],
      [30, 10, 40],
      [40, 10, 40],
      [40, 10, 0],
      [90, 10, 0],
      [90, 0, 0],
    ]);
  });

  it('draws each task so that all tasks together are the run', () => {
    const whole = previewPlan(plan);
    const tasks = tasksOf(plan).map((id) => previewPlan(plan, id));
    for (const point of whole) {
      const isAt = (each: { seconds: number }) => each.seconds === point.seconds;
      const last = (points: typeof whole) => points.filter(isAt).at(-1)!;
      const sum = (key: 'users' | 'requestsPerSecond') => tasks.reduce((total, points) => total + last(points)[key], 0);
      expect(sum('users')).toBe(last(whole).users);
      expect(sum('requestsPerSecond')).toBeCloseTo(last(whole).requestsPerSecond, 9);
    }
    // Ten users and three bound ones: 1/2 of them in b, the rest in turn in a.
    expect(tasks.map((points) => Math.max(...points.map((point) => point.users)))).toEqual([3, 2, 5]);
  });

  it('has no user too many where rounding ends a ramp above its height', () => {
    const plan = planOf([{ ...users, concurrency: 3 }], { a: { tasks: 1, share: 1 } });
    const [execution] = plan.executions;
    if (execution?.load.model !== 'closed') throw new Error('a closed load was planned as another');
    execution.load.users = [
      { seconds: 0.1, from: 0, to: 1 },
      { seconds: 0.2, from: 1, to: 3 },
    ];
    expect(Math.max(...previewPlan(plan).map((point) => point.users))).toBe(3);
  });

  it('goes on without an end when only iterations end the load', () => {
    const plan = planOf([{ ...users, rampUpSeconds: 0, holdForSeconds: 0, iterations: 2 }], {
      a: { tasks: 1, share: 1 },
    });
    expect(previewPlan(plan)).toEqual([{ seconds: 0, users: 10, requestsPerSecond: 0, iterationsPerSecond: 0 }]);
  });

  it('draws executions from when they begin', () => {
    const iterations: LoadProfile = { ...starts, starts: 'iterations', rampUpSeconds: 0 };
    const late = planOf([iterations, { ...users, rampUpSeconds: 0, steps: null }], { a: { tasks: 1, share: 1 } });
    late.executions[0]!.delaySeconds = 5;
    late.executions[1]!.startAtMs = 100_000;
    const drawn = previewPlan(late, null, 92_000);
    expect(drawn.map((point) => [point.seconds, point.users, point.iterationsPerSecond])).toEqual([
      [0, 0, 0],
      [5, 0, 0],
      [5, 0, 40],
      [8, 0, 40],
      [8, 10, 40],
      [25, 10, 40],
      [25, 10, 0],
      [68, 10, 0],
      [68, 0, 0],
    ]);
    expect(
      previewPlan(late)
        .map(({ seconds }) => seconds)
        .at(-1),
    ).toBe(60);
  });
});

describe('PlanPreviewer', () => {
  const plan = planOf([users, starts, { ...starts, starts: 'iterations', concurrency: null }], {
    a: { tasks: 2, share: 1 },
    b: { tasks: 1, share: 1 },
  });
  const preview = new PlanPreviewer(plan);

  it('says what each execution would run', () => {
    expect(preview.executions).toMatchObject([
      { flow: 'browse', model: 'closed', unit: 'users', usersMax: 10, endSeconds: 90, plannedStarts: null },
      { model: 'open', unit: 'requests/s', usersMax: 3, endSeconds: 40, plannedStarts: 1200 },
      { model: 'open', unit: 'iterations/s', usersMax: 10_000, plannedStarts: 1200, delaySeconds: 0, startAtMs: null },
    ]);
  });

  it('says what each task has of it, all of it together', () => {
    const tasks = tasksOf(plan).map((id) => preview.task(id));
    for (const [position, { usersMax, plannedStarts }] of preview.executions.entries()) {
      const parts = tasks.map((task) => task.executions[position]!);
      expect(parts.reduce((sum, part) => sum + part.usersMax, 0)).toBe(usersMax);
      expect(parts.reduce((sum, part) => sum + (part.plannedStarts ?? 0), 0)).toBe(plannedStarts ?? 0);
      if (plannedStarts === null) expect(parts.every((part) => part.plannedStarts === null)).toBe(true);
    }
    expect(tasks.reduce((sum, task) => sum + (task.plannedStarts ?? 0), 0)).toBe(2400);
    expect(new PlanPreviewer(planOf([users], { a: { tasks: 1, share: 1 } })).task({ region: 'a', task: 0 })).toEqual({
      usersMax: 10,
      plannedStarts: null,
      executions: [{ usersMax: 10, plannedStarts: null }],
    });
  });
});

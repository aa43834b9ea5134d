import { describe, expect, it } from 'vitest';
import type { LoadProfile } from '../scenario/scenario.ts';
import { planOf, tasksOf } from './fixtures/plan-of.ts';
import { previewPlan } from './preview.ts';

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
    expect(previewPlan(plan).map((point) => [point.seconds, point.users, point.startsPerSecond])).toEqual([
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
      const sum = (key: 'users' | 'startsPerSecond') => tasks.reduce((total, points) => total + last(points)[key], 0);
      expect(sum('users')).toBe(last(whole).users);
      expect(sum('startsPerSecond')).toBeCloseTo(last(whole).startsPerSecond, 9);
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
    expect(previewPlan(plan)).toEqual([{ seconds: 0, users: 10, startsPerSecond: 0 }]);
  });
});

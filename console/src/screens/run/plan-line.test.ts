import { describe, expect, it } from 'vitest';
import { curveAt, plannedAt, plannedOf } from './plan-line.ts';

const rampAndHold = [
  { seconds: 10, from: 0, to: 100 },
  { seconds: 20, from: 100, to: 100 },
];

describe('what was planned', () => {
  it('rises along a ramp, holds, and is nothing before and behind', () => {
    expect([-1, 0, 5, 10, 29, 30].map((second) => curveAt(rampAndHold, second))).toEqual([0, 0, 50, 100, 100, 0]);
    expect(
      curveAt(
        [
          { seconds: 0, from: 0, to: 5 },
          { seconds: 2, from: 5, to: 5 },
        ],
        0,
      ),
    ).toBe(5);
  });

  it('is the sum of the executions of a unit, each from when it begins', () => {
    const one = { curve: rampAndHold, unit: 'requests/s' as const, beginSeconds: 0 };
    const plan = [one, { ...one, beginSeconds: 10 }];
    expect(plannedAt(plan, 'requests/s', [5, 15, 35])).toEqual([50, 150, 100]);
    expect(plannedAt(plan, 'users', [5])).toBeNull();
  });

  it('is what the scripts describe, or unknown when one of them does not', () => {
    const shape = { curve: rampAndHold, unit: 'users' as const, durationSeconds: 30, usersMax: 100, parts: [] };
    const execution = {
      executor: 'jmeter' as const,
      scenario: 'a',
      script: 'a.jmx',
      load: null,
      delaySeconds: 5,
      shape,
    };
    const planOf = (curve: typeof rampAndHold | null) => {
      const executions = [execution, { ...execution, shape: { ...shape, curve } }];
      return { durationSeconds: 30, executions: [], taurus: { executions }, criteria: [], tasks: 1, files: [] };
    };
    expect(plannedAt(plannedOf(planOf(rampAndHold)) ?? [], 'users', [0, 10, 20])).toEqual([0, 100, 200]);
    expect(plannedOf(planOf(null))).toBeNull();
  });
});

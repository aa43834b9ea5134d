import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { makePlan, type PlanOptions } from '../plan/make-plan.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import { fixture } from './fixtures/shares.ts';

const scripts = new Map(['shop.jmx', 'shop.js', 'shop.py', 'groups.jmx'].map((name) => [name, fixture(name)]));
const paths = [...scripts.keys(), 'users.csv', 'lib/pick.js'];

function plan(text: string, options: Partial<PlanOptions> = {}) {
  const { scenario } = readScenario({ sources: [{ name: 's.yml', text }] });
  return makePlan(scenario, { runId: 'r1', taurusFiles: { scripts, paths }, ...options });
}

function problemsOf(text: string, options: Partial<PlanOptions> = {}): string[] {
  try {
    plan(text, options);
    return [];
  } catch (error) {
    return error instanceof LoadstarError
      ? error.fields.map(({ path, message }) => `${path}: ${message}`)
      : [String(error)];
  }
}

describe('the plan of what Taurus runs', () => {
  it('has the shape of the script when the scenario sets no load', () => {
    const made = plan('execution: {script: shop.js, delay: 5, env: {BUYERS: 4}}');
    expect(made.taurus?.executions).toMatchObject([{ shape: { usersMax: 10, durationSeconds: 6 }, load: null }]);
    expect(made).toMatchObject({ executions: [], flows: {}, durationSeconds: 11 });
    expect(made.deadlineSeconds).toBeGreaterThan(11 + 60);
    expect(made.taurus?.taskFiles).toEqual(paths);
  });

  it('has the shape of the load when the scenario sets one', () => {
    const { taurus, durationSeconds } = plan(
      'execution: {script: shop.jmx, concurrency: 9, ramp-up: 10, hold-for: 20, steps: 3}',
    );
    expect(taurus?.executions[0]?.shape).toEqual({
      curve: [3, 6, 9]
        .map((users) => ({ seconds: 10 / 3, from: users, to: users }))
        .concat([{ seconds: 20, from: 9, to: 9 }]),
      unit: 'users',
      durationSeconds: 30,
      usersMax: 9,
      parts: ['9 users, ramp-up 10 s in 3 steps, hold 20 s'],
    });
    expect(durationSeconds).toBe(30);
  });

  it('takes the threads of a script where the load does not say how many', () => {
    const [shape] =
      plan('execution: {script: shop.jmx, hold-for: 20}').taurus?.executions.map((one) => one.shape) ?? [];
    expect(shape).toMatchObject({ usersMax: 15, durationSeconds: 20, curve: [{ seconds: 20, from: 15, to: 15 }] });
    expect(plan('execution: {script: shop.jmx, iterations: 2}')).toMatchObject({ durationSeconds: null });
  });

  it('lasts as long as anything when nobody knows', () => {
    const { durationSeconds, deadlineSeconds } = plan('execution: [{script: shop.js}, {script: shop.py}]');
    expect(durationSeconds).toBeNull();
    expect(deadlineSeconds).toBeGreaterThan(30 * 24 * 3600);
    expect(plan('execution: {script: shop.js}', { taurusFiles: { scripts: new Map(), paths: [] } })).toMatchObject({
      durationSeconds: null,
    });
  });

  it('names the secrets of all that is handed to Taurus', () => {
    expect(plan('execution: {script: shop.js}').secrets).toEqual([]);
    const text = `execution: {script: shop.js, env: {KEY: "$\{secrets.API_KEY}"}}`;
    expect(plan(text).secrets).toEqual(['API_KEY']);
  });
});

describe('what cannot be planned', () => {
  const broken = new Map([
    ['a.js', 'import (;'],
    ['a.jmx', '<jmeterTestPlan>'],
    ['flat.py', 'class A(HttpUser):\n  pass\n'],
  ]);
  it.each([
    ['execution: {script: a.js}', /^a\.js:1: is not JavaScript/],
    ['execution: {script: a.jmx}', /^a\.jmx:1: is not XML/],
    ['execution: {script: flat.py}', /^execution\[0\]\.concurrency: is missing: the script does not say/],
  ])('is said with its place: %s', (text, problem) => {
    const taurusFiles = { scripts: broken, paths: [...broken.keys()] };
    expect(problemsOf(text, { taurusFiles })).toEqual([expect.stringMatching(problem)]);
  });

  it('is a script whose files are not there', () => {
    const taurusFiles = { scripts, paths: ['shop.js', 'shop.jmx'] };
    expect(problemsOf('execution: {script: shop.js}', { taurusFiles })).toEqual([
      expect.stringMatching(
        /^execution\[0\]\.script: it opens what is not among the files of the scenario: .*users\.csv/,
      ),
    ]);
    expect(problemsOf('execution: {script: shop.jmx}', { taurusFiles })).toEqual([
      expect.stringContaining('users.csv'),
    ]);
  });

  it('is a load that several tasks cannot share', () => {
    const jmx = fixture('shop.jmx').replace(/BUYERS}</, 'nobody_knows}<');
    const taurusFiles = { scripts: new Map([['shop.jmx', jmx]]), paths };
    const several = 'loadstar: {regions: {local: 2}}\n';
    expect(problemsOf('execution: {script: shop.jmx}', { taurusFiles })).toEqual([]);
    expect(problemsOf(`${several}execution: {script: shop.jmx}`, { taurusFiles })).toEqual([
      expect.stringMatching(/^execution\[0\]\.script: several tasks cannot share its thread group "Buyers"/),
    ]);
    expect(problemsOf(`${several}execution: {script: shop.jmx, concurrency: 5, hold-for: 5}`, { taurusFiles })).toEqual(
      [],
    );
    const odd = '{a: {tasks: 9973, share: 9973}, b: {tasks: 1, share: 9967}}';
    expect(problemsOf(`loadstar: {regions: ${odd}}\nexecution: {script: shop.js}`)).toEqual([]);
    expect(
      problemsOf(
        'loadstar: {regions: {a: {tasks: 97, share: 9973}, b: {tasks: 89, share: 9967}, c: {tasks: 83, share: 1}}}\nexecution: {script: shop.js}',
      ),
    ).toEqual([expect.stringMatching(/^loadstar\.regions: k6 would have to divide/)]);
  });

  it('is a script when the administrator allows some targets only', () => {
    const allow = { targetAllowList: ['shop.example'] };
    expect(problemsOf('execution: {script: shop.js}', allow)).toEqual([
      expect.stringMatching(/^execution: the administrator allows some targets only/),
    ]);
    expect(problemsOf('execution: {script: shop.js}', { ...allow, scriptsBesideAllowList: true })).toEqual([]);
  });

  it('is a load beyond the limits', () => {
    expect(
      problemsOf(
        'execution: [{script: shop.jmx, concurrency: 600000, hold-for: 1}, {script: shop.jmx, concurrency: 600000, hold-for: 1}]',
      ),
    ).toEqual(['execution: at most 1000000 users in all, not 1200000']);
    expect(problemsOf('execution: {script: shop.jmx, hold-for: 31d}')).toEqual([
      expect.stringMatching(/^execution\[0\]: its load would end/),
    ]);
  });
});

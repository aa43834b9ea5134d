// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
// biome-ignore-all lint/suspicious/noThenProperty: what steps have.
/** Programs against the simplest way to walk steps: one function that calls itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowOf, requestStep } from '../../../core/scenario/fixtures/flows.ts';
import type { Step } from '../../../core/scenario/scenario.ts';
import { compileFlow } from '../compile/compile-flow.ts';
import { openFlow } from '../compile/open-flow.ts';
import { Origins } from '../protocols/http1/origins.ts';
import { Recorder } from '../recording/recorder.ts';
import { UserScope } from './user-scope.ts';
import { halt, Walk } from './walk.ts';

const ITERATIONS = 3;
const names = ['a', 'b'] as const;
const condition = (name: string, value: number): string => `"\${${name}}" == "${value}"`;

/** How the requests of some iterations follow each other, as the program walks them. */
async function walked(steps: Step[]): Promise<string[]> {
  const readFile = (): Promise<Uint8Array> => Promise.reject(new Error('there are no files'));
  const recorder = new Recorder(() => {});
  recorder.start(0);
  const flow = flowOf('test', steps, { defaultAddress: 'http://127.0.0.1:9', variables: { a: '0', b: '0' } });
  const opened = await openFlow(flow, { secrets: new Map(), readFile, rowsOf: () => ({ count: 0, row: (i) => i }) });
  const recordOf = (label: string) => recorder.recordOf(label);
  const compiled = await compileFlow(opened, { origins: new Origins(), userAgent: '', recordOf, readFile });
  const scope = new UserScope(0, compiled.state);
  const walk = new Walk(compiled.program, scope, compiled.state, recorder);
  const seen: string[] = [];
  for (let iteration = 0; iteration < ITERATIONS; ) {
    const stop = walk.next();
    if (stop === halt.iterationOver) iteration++;
    else if (stop === halt.request) {
      seen.push(walk.request!.label.fill(scope));
      walk.moved();
    }
  }
  return seen;
}

/** The same, step by step. */
function expected(steps: Step[]): string[] {
  const seen: string[] = [];
  const variables = new Map<string, string>([
    ['a', '0'],
    ['b', '0'],
  ]);
  const done = new Set<Step>();
  const holds = (text: string): boolean => {
    const [, negated, name = '', value] = /^(!\()?"\$\{(\w)\}" == "(\d)"\)?$/.exec(text) ?? [];
    return (variables.get(name) === value) !== (negated !== undefined);
  };
  const all = (list: readonly Step[]): boolean => list.every((step) => one(step));
  const forget = (list: readonly Step[]): void => {
    for (const step of list) {
      done.delete(step);
      if (step.kind === 'if') forget([...step.then, ...step.else]);
      else if ('steps' in step) forget(step.steps);
    }
  };
  /** One that is not taken begins its first step anew, one that is left all of them. */
  const branch = (isTaken: boolean, list: readonly Step[]): boolean => {
    const [first] = list;
    if (!isTaken && first?.kind === 'once') done.delete(first);
    if (!isTaken || all(list)) return true;
    forget(list);
    return false;
  };
  /** False: on to the next iteration. */
  const one = (step: Step): boolean => {
    switch (step.kind) {
      case 'request':
        seen.push(step.label);
        return true;
      case 'set-variables':
        for (const [name, value] of step.variables) variables.set(name, value);
        return true;
      case 'if':
        return branch(holds(step.condition), step.then) && branch(holds(`!(${step.condition})`), step.else);
      case 'loop':
        if (Number(step.times) > 0) for (const child of step.steps) if (child.kind === 'once') done.delete(child);
        for (let time = 0; time < Number(step.times); time++) if (!all(step.steps)) return false;
        return true;
      case 'once':
        if (done.has(step)) return true;
        done.add(step);
        if (all(step.steps)) return true;
        done.delete(step);
        return false;
      case 'transaction':
        return all(step.steps);
      case 'action':
        return step.action !== 'continue';
      default:
        throw new Error(`${step.kind} is not walked here`);
    }
  };
  for (let iteration = 0; iteration < ITERATIONS; iteration++) all(steps);
  return seen;
}

const name = fc.constantFrom(...names);
const value = fc.nat({ max: 2 });
let requests = 0;
const leaf: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null).map(() => requestStep({ label: `r${requests++}` })) },
  {
    weight: 2,
    arbitrary: fc.tuple(name, value).map(([n, v]): Step => ({ kind: 'set-variables', variables: [[n, String(v)]] })),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>({ kind: 'action', action: 'continue', target: 'current-thread', pauseSeconds: 0 }),
  },
);
const { steps: anySteps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 4 }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .tuple(name, value, tie('steps'), tie('steps'))
      .map(([n, v, then, otherwise]): Step => ({ kind: 'if', condition: condition(n, v), then, else: otherwise })),
    fc
      .tuple(fc.nat({ max: 3 }), tie('steps'))
      .map(([times, steps]): Step => ({ kind: 'loop', times: String(times), steps })),
    tie('steps').map((steps): Step => ({ kind: 'once', steps })),
    fc
      .tuple(fc.boolean(), tie('steps'))
      .map(
        ([isParent, steps]): Step => ({ kind: 'transaction', label: 't', isParent, includesThinkTime: false, steps }),
      ),
  ),
}));

describe('a program', () => {
  it('is walked as its steps are, however they lie in one another', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        expect(await walked(steps)).toEqual(expected(steps));
      }),
      { numRuns: 150 },
    );
  });

  it('may be nested deep', async () => {
    let steps: Step[] = [requestStep({ label: 'deep' })];
    for (let depth = 0; depth < 300; depth++) steps = [{ kind: 'loop', times: '1', steps }];
    expect(await walked(steps)).toEqual(['deep', 'deep', 'deep']);
  });
});

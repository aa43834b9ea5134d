/** All steps of a flow, also those inside blocks. */
import type { RequestStep, Step } from './steps.ts';

/** Where a step stands, as the scenario file has it: keys and indexes below the flow's `requests`. */
export type StepPath = readonly (string | number)[];

/** Each step before the ones it holds, in the order of the file. */
export function* walkSteps(steps: readonly Step[], path: StepPath = []): Generator<{ step: Step; path: StepPath }> {
  for (const [index, step] of steps.entries()) {
    const at = [...path, index];
    yield { step, path: at };
    if (step.kind === 'if') {
      yield* walkSteps(step.then, [...at, 'then']);
      yield* walkSteps(step.else, [...at, 'else']);
    } else if ('steps' in step) {
      yield* walkSteps(step.steps, [...at, step.kind === 'once' ? 'once' : 'do']);
    }
  }
}

/** The requests among them. */
export function requestsOf(steps: readonly Step[]): RequestStep[] {
  return [...walkSteps(steps)].flatMap(({ step }) => (step.kind === 'request' ? [step] : []));
}

/**
 * Conditions as JMeter's controllers take them, without running anybody's code. An If is filled in and what comes out is read as
 * JavaScript; a While is filled in and goes on until it is the word false.
 */
import { LoadstarError } from '../errors.ts';
import { compileText } from './compile-text.ts';
import { asksChance } from './expression/calls.ts';
import { type CompiledExpression, compileExpression, ExpressionProblem } from './expression/expression.ts';
import { remembered } from './functions/function.ts';
import { TemplateProblem } from './parse-template.ts';
import type { TemplateScope } from './scope.ts';

export interface Condition {
  readonly text: string;
  /** Variables that it reads, as far as they are known before. */
  readonly names: ReadonlySet<string>;
  /** Never throws: what cannot be decided does not hold. */
  holds(scope: TemplateScope): boolean;
}

export interface LoopCondition {
  readonly text: string;
  readonly names: ReadonlySet<string>;
  /** Whether the loop's steps are walked, or walked again when `isEnd`: they were walked just now. Never throws. */
  goesOn(scope: TemplateScope, isEnd: boolean): boolean;
}

/** Of an If. Throws `scenario_invalid` for what cannot be decided without running code. */
export function compileCondition(text: string): Condition {
  return orLoadstarError(() => compile(text));
}

/** What `compileCondition` would throw, as words to put after a path; null when it would not. */
export function conditionProblem(text: string): string | null {
  return problemOf(() => compile(text));
}

/** Of a While. Throws `scenario_invalid` for unknown functions. */
export function compileLoopCondition(text: string): LoopCondition {
  return orLoadstarError(() => compileLoop(text));
}

/** What `compileLoopCondition` would throw, as words to put after a path; null when it would not. */
export function loopConditionProblem(text: string): string | null {
  return problemOf(() => compileLoop(text));
}

function compile(text: string): Condition {
  const { names, fill, probe, constant } = compileText(text);
  if (probe.trim() !== '') compileExpression(probe, 'javascript', false);
  if (constant !== null && !asksChance(constant)) {
    const always = decide(constant, noScope);
    return { text, names, holds: () => always };
  }
  return { text, names, holds: (scope) => decide(fill(scope), scope) };
}

/** What is decided depends on the text alone: variables are filled in already. */
function decide(filled: string, scope: TemplateScope): boolean {
  if (filled === 'true') return true;
  if (filled === 'false') return false;
  try {
    return compiled(filled)?.evaluate(scope) === 'true';
  } catch (error) {
    if (error instanceof ExpressionProblem) return false;
    throw error;
  }
}

const compiled = remembered((text): CompiledExpression | null => {
  try {
    return compileExpression(text, 'javascript', false);
  } catch (error) {
    if (error instanceof ExpressionProblem) return null;
    throw error;
  }
});

function compileLoop(text: string): LoopCondition {
  const { names, fill } = compileText(text);
  return {
    text,
    names,
    goesOn(scope, isEnd) {
      const filled = fill(scope).trim().toLowerCase();
      const asksLast = filled === 'last' || (filled === '' && isEnd);
      return asksLast ? scope.context.lastSampleOk : filled !== 'false';
    },
  };
}

function orLoadstarError<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (isProblem(error)) throw new LoadstarError('scenario_invalid', error.message);
    throw error;
  }
}

function problemOf(make: () => unknown): string | null {
  try {
    make();
    return null;
  } catch (error) {
    if (isProblem(error)) return error.message;
    throw error;
  }
}

function isProblem(error: unknown): error is Error {
  return error instanceof TemplateProblem || error instanceof ExpressionProblem;
}

const noScope: TemplateScope = {
  get: () => undefined,
  set() {},
  remove() {},
  get context(): never {
    throw new ExpressionProblem('a condition that never changes asked for its user');
  },
};

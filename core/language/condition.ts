/** Conditions of If and While as JMeter takes them, without running anybody's code. */
import { LoadstarError } from '../errors.ts';
import { compileText } from './compile-text.ts';
import { TemplateProblem } from './parse-template.ts';
import type { TemplateScope } from './scope.ts';

export interface Condition {
  readonly text: string;
  /** Variables that it reads, as far as they are known before. */
  readonly names: ReadonlySet<string>;
  /** Never throws: what cannot be decided does not hold. */
  holds(scope: TemplateScope): boolean;
}

/** Throws `scenario_invalid` for what is no condition that can be decided without running code. */
export function compileCondition(text: string): Condition {
  try {
    return compile(text);
  } catch (error) {
    if (error instanceof TemplateProblem) throw new LoadstarError('scenario_invalid', error.message);
    throw error;
  }
}

/** What `compileCondition` would throw, as words to put after a path; null when it would not. */
export function conditionProblem(text: string): string | null {
  try {
    compile(text);
    return null;
  } catch (error) {
    if (error instanceof TemplateProblem) return error.message;
    throw error;
  }
}

function compile(text: string): Condition {
  const { names, fill } = compileText(text);
  return { text, names, holds: (scope) => fill(scope).trim() === 'true' };
}

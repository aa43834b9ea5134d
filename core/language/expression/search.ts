/** Regular expressions in expressions. */
import { remembered } from '../functions/function.ts';
import { compilePattern, PatternProblem } from '../perl-pattern.ts';
import { ExpressionProblem } from './tokens.ts';

/** Whether all of the text is what Java's pattern describes, or some of it. Throws `ExpressionProblem`. */
export function matchesPattern(text: string, pattern: string, isWhole: boolean): boolean {
  const { expression } = compiled(isWhole ? wholeOf(pattern) : pattern);
  return expression.test(text);
}

/** The first match of a pattern of JavaScript. Throws `ExpressionProblem`. */
export function search(source: string, flags: string, text: string): RegExpExecArray | null {
  return javascript(`${flags}/${source}`).exec(text);
}

function wholeOf(pattern: string): string {
  const flags = /^\(\?[a-z]+\)/.exec(pattern)?.[0] ?? '';
  return `${flags}^(?:${pattern.slice(flags.length)})\\z`;
}

const compiled = remembered((pattern) => {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof PatternProblem) throw new ExpressionProblem(error.message);
    throw error;
  }
});

const javascript = remembered((key) => {
  const end = key.indexOf('/');
  try {
    return new RegExp(key.slice(end + 1), key.slice(0, end).replace(/[gy]/g, ''));
  } catch (error) {
    throw new ExpressionProblem(error instanceof Error ? error.message : String(error));
  }
});

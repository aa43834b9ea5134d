/**
 * Texts of a scenario with `${name}` and functions of JMeter, compiled once and filled in each time a user comes to them. Variables
 * that nobody set stay as they are written, as JMeter leaves them.
 */
import { LoadstarError } from '../errors.ts';
import { compileText, type FilledText } from './compile-text.ts';
import { TemplateProblem } from './parse-template.ts';

export type { LanguageContext, TemplateScope } from './scope.ts';

/** `fill` never throws: a call whose arguments turn out to make no sense stays as it is written. */
export interface Template extends FilledText {
  readonly text: string;
}

/** Throws `scenario_invalid` for unknown functions and arguments that they do not take. */
export function compileTemplate(text: string): Template {
  try {
    return compileText(text);
  } catch (error) {
    if (error instanceof TemplateProblem) throw new LoadstarError('scenario_invalid', error.message);
    throw error;
  }
}

/** What `compileTemplate` would throw, as words to put after a path; null when it would not. */
export function templateProblem(text: string): string | null {
  try {
    compileText(text);
    return null;
  } catch (error) {
    if (error instanceof TemplateProblem) return error.message;
    throw error;
  }
}

/** Texts of a flow, compiled: what can be filled in before the load starts is, so that only what changes is filled in again and again. */
import { LoadstarError } from '../../../core/errors.ts';
import { compileTemplate, type TemplateScope } from '../../../core/language/template.ts';
import type { Flow } from '../../../core/scenario/scenario.ts';

/** A text that is filled in each time. */
export interface Text {
  /** What it always is; null when it may change. */
  readonly constant: string | null;
  fill(scope: TemplateScope): string;
}

/** Compiles the texts of one flow. */
export class FlowTexts {
  readonly #variables: ReadonlyMap<string, string>;
  readonly #mayChange: (name: string) => boolean;
  /** Of nobody: what never changes is filled in with it. */
  readonly scope: TemplateScope;

  /** `scope`: of nobody, with the variables that a user begins with. `mayChange`: whether a variable is ever set again. */
  constructor(variables: ReadonlyMap<string, string>, mayChange: (name: string) => boolean, scope: TemplateScope) {
    this.#variables = variables;
    this.#mayChange = mayChange;
    this.scope = scope;
  }

  /** Throws `scenario_invalid` with the path. */
  compile(text: string, path: string): Text {
    if (!text.includes('$') && !text.includes('\\')) return constantText(text);
    const template = at(path, () => compileTemplate(text));
    if (template.constant !== null) return constantText(template.constant);
    if (callsNothing(text) && !this.#changes(template.names)) return constantText(template.fill(this.scope));
    return { constant: null, fill: (scope) => template.fill(scope) };
  }

  /** The text with those variables filled in that never change, as far as it is sure not to change what the rest means. */
  filledAhead(text: string): string {
    const end = text.indexOf('${__');
    const head = end < 0 ? text : text.slice(0, end);
    const filled = head.replace(/\$\{([^${}\\]+)\}/g, (written, name: string) => {
      const value = this.#mayChange(name) ? undefined : this.#variables.get(name);
      return value === undefined || /[$\\]/.test(value) ? written : value;
    });
    return end < 0 ? filled : filled + text.slice(end);
  }

  #changes(names: ReadonlySet<string>): boolean {
    for (const name of names) if (this.#mayChange(name)) return true;
    return false;
  }
}

export function constantText(text: string): Text {
  return { constant: text, fill: () => text };
}

/** Variables that a flow's steps set, and so which names may stand for something else from one time to the next. */
export function changingNames(flow: Flow, columns: readonly string[]): (name: string) => boolean {
  const exact = new Set(columns);
  /** Extractors also set names that begin like theirs: `name_1`, `name_matchNr`. */
  const prefixes: string[] = [];
  let all = false;
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.includes('${__')) for (const name of templateSets(value)) exact.add(name);
    } else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const step = value as { kind?: unknown; variable?: unknown; variables?: unknown };
      if (typeof step.variable === 'string') {
        exact.add(step.variable);
        prefixes.push(`${step.variable}_`);
      }
      if (step.kind === 'set-variables' && Array.isArray(step.variables)) {
        for (const [name] of step.variables as [string, string][]) {
          if (name.includes('$')) all = true;
          exact.add(name);
        }
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(flow.steps);
  return (name) =>
    all || exact.has(name) || name.startsWith('__jm__') || prefixes.some((each) => name.startsWith(each));
}

function templateSets(text: string): Iterable<string> {
  try {
    return compileTemplate(text).sets;
  } catch {
    // Whatever is wrong with it is said where it is compiled for use; patterns of assertions are no templates at all.
    return [];
  }
}

/** Only variables, and none that the engine sets itself. */
function callsNothing(text: string): boolean {
  return !text.includes('${__') && !text.includes('${JMeterThread.');
}

/** Puts the path before what is wrong. */
export function at<T>(path: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'scenario_invalid' || error.fields.length > 0) throw error;
    throw invalid(path, error.message);
  }
}

export function invalid(path: string, message: string): LoadstarError {
  return new LoadstarError('scenario_invalid', `${path}: ${message}`, { fields: [{ path, message }] });
}

/**
 * The texts of one flow: each is checked as a template when it is read. What they read and what sets it is known when all of them
 * were read; then texts that cannot change are looked at again, filled in, and names that nothing sets are warned of.
 */

import { didYouMean } from '../input/near-spelling.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import {
  type Condition,
  compileCondition,
  compileLoopCondition,
  conditionProblem,
  loopConditionProblem,
} from '../language/condition.ts';
import { compileTemplate, type Template, templateProblem } from '../language/template.ts';
import { isSecretVariable } from '../secrets/secret-name.ts';

/** JMeter sets these for every user. */
const OWN_NAMES = /^(?:START\.(?:MS|YMD|HMS)|TESTSTART\.MS|JMeterThread\..*)$/;

export class FlowTexts {
  readonly variables: Readonly<Record<string, string>>;
  readonly #problems: Problems;
  /** Where a name is read first. */
  readonly #reads = new Map<string, Path>();
  readonly #sets = new Set<string>();
  #setsUnknown = false;
  readonly #checks: (() => void)[] = [];

  constructor(variables: Readonly<Record<string, string>>, problems: Problems) {
    this.variables = variables;
    this.#problems = problems;
  }

  /** Adds a problem when the text is no template that can be filled in. */
  check(text: string, path: Path): boolean {
    if (!text.includes('${')) return true;
    const problem = templateProblem(text);
    if (problem !== null) {
      this.#problems.add(path, problem);
      return false;
    }
    this.#remember(compileTemplate(text), path);
    return true;
  }

  checkCondition(text: string, path: Path): boolean {
    const problem = conditionProblem(text);
    if (problem !== null) {
      this.#problems.add(path, problem);
      return false;
    }
    this.#remember(compileCondition(text), path);
    return true;
  }

  /** Of a While: JMeter does not evaluate it, it only asks whether it is the word false. */
  checkLoopCondition(text: string, path: Path): boolean {
    const problem = loopConditionProblem(text);
    if (problem !== null) {
      this.#problems.add(path, problem);
      return false;
    }
    this.#remember(compileLoopCondition(text), path);
    return true;
  }

  /** Something sets `name`, and with it names such as `name_1` and `name_matchNr`. */
  willSet(name: string): void {
    if (name.includes('${')) this.#setsUnknown = true;
    else this.#sets.add(name);
  }

  /** Something sets variables whose names are not known before it runs. */
  willSetUnknown(): void {
    this.#setsUnknown = true;
  }

  /** Calls `check` when all texts of the flow were read. */
  atEnd(check: () => void): void {
    this.#checks.push(check);
  }

  /** The text with all filled in that never changes; for `atEnd`. What is left of `${...}` changes while it runs. */
  steady(text: string): string {
    return text.replace(/\$\{([^}${]+)\}/g, (written, name: string) => this.#steadyValue(name) ?? written);
  }

  finish(): void {
    for (const check of this.#checks) check();
    if (this.#setsUnknown) return;
    const known = [...Object.keys(this.variables), ...this.#sets];
    for (const [name, path] of this.#reads) {
      if (known.some((other) => name === other || name.startsWith(`${other}_`)) || OWN_NAMES.test(name)) continue;
      // Whether they are stored is known when it starts.
      if (isSecretVariable(name)) continue;
      this.#problems.warn(
        `${pathText(path)}: nothing sets the variable ${shortened(name)}, so that it is sent as it is written${didYouMean(name, known)}`,
      );
    }
  }

  #steadyValue(name: string): string | null {
    if (!Object.hasOwn(this.variables, name)) return null;
    const value = this.variables[name] ?? '';
    const changes = this.#setsUnknown || value.includes('${');
    return changes || [...this.#sets].some((set) => name === set || name.startsWith(`${set}_`)) ? null : value;
  }

  #remember({ names, ...template }: Pick<Condition, 'names'> & Partial<Pick<Template, 'sets'>>, path: Path): void {
    for (const name of names) if (!this.#reads.has(name)) this.#reads.set(name, path);
    for (const name of template.sets ?? []) this.#sets.add(name);
  }
}

/** The pieces of a text around its `${...}`; brackets in them may be nested. */
export function literalPieces(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', from)) {
    pieces.push(text.slice(from, start));
    let depth = 0;
    let end = start;
    for (; end < text.length; end++) {
      if (text[end] === '{') depth++;
      else if (text[end] === '}' && --depth === 0) break;
    }
    from = Math.min(end + 1, text.length);
  }
  pieces.push(text.slice(from));
  return pieces;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

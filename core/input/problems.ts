/**
 * Everything that is wrong with an input, gathered so that people see all of it at once, and what they should know although it is
 * not wrong.
 */
import { type ErrorCode, type FieldProblem, LoadstarError } from '../errors.ts';

/** Where in the input: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

const PROBLEMS_MAX = 100;

/** `execution[0].ramp-up`; a key that is no plain word stands in brackets and quotes. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[\w$^~<-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

export class Problems {
  readonly warnings: string[] = [];
  readonly #fields: FieldProblem[] = [];
  #count = 0;
  #repeated = 0;

  get count(): number {
    return this.#count;
  }

  /** `message` reads on after the path: what is wrong, and what would be right. */
  add(path: Path, message: string): void {
    this.#count++;
    const field = { path: pathText(path), message };
    // A scenario that is included twice is read twice.
    if (this.#fields.some((other) => other.path === field.path && other.message === field.message)) this.#repeated++;
    else if (this.#fields.length < PROBLEMS_MAX) this.#fields.push(field);
  }

  /** Says something once, however often it is met. */
  warn(message: string): void {
    if (!this.warnings.includes(message)) this.warnings.push(message);
  }

  /** Throws one error with all problems, if there are any. `what` names the input. */
  throwIfAny(code: ErrorCode, what: string): void {
    const [first] = this.#fields;
    if (first === undefined) return;
    const fields = [...this.#fields];
    const unlisted = this.#count - this.#repeated - fields.length;
    if (unlisted > 0) fields.push({ path: '', message: `and ${unlisted} more` });
    const where = first.path === '' ? '' : `${first.path}: `;
    const different = this.#count - this.#repeated;
    const others = different === 1 ? '' : ` (and ${different - 1} more)`;
    throw new LoadstarError(code, `${what} is not valid: ${where}${first.message}${others}`, { fields });
  }
}

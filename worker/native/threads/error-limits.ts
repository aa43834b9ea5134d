/** Keeps the errors of a task within its limits when they come from several threads, each of which kept them for itself. */
import { limits } from '../../../core/limits.ts';
import { errorKey, OTHER_ERROR, type Statistics } from '../../../core/statistics/statistics.ts';

const otherKey = errorKey(OTHER_ERROR.type, OTHER_ERROR.message);

export class ErrorLimits {
  readonly #kinds = new Set<string>();
  /** Label and error of the examples given out: one each. */
  readonly #examples = new Set<string>();
  #exampleBytesLeft: number = limits.errorExamplesBytesMax;

  /** Counts kinds above the limit as others, and leaves out examples that were given out before or are too many. */
  apply(label: string, { errors }: Statistics): void {
    let others = 0;
    for (const [key, error] of errors) {
      if (key !== otherKey && !this.#isKept(key)) {
        others += error.count;
        errors.delete(key);
      } else if (error.example !== null) error.example = this.#give(`${label}\n${key}`, error.example);
    }
    if (others === 0) return;
    const known = errors.get(otherKey);
    if (known === undefined) errors.set(otherKey, { ...OTHER_ERROR, count: others, example: null });
    else known.count += others;
  }

  #isKept(key: string): boolean {
    if (this.#kinds.has(key)) return true;
    if (this.#kinds.size === limits.errorTypesMax) return false;
    this.#kinds.add(key);
    return true;
  }

  #give(name: string, example: string): string | null {
    if (this.#examples.has(name)) return null;
    const bytes = Buffer.byteLength(example);
    if (bytes > this.#exampleBytesLeft) return null;
    this.#examples.add(name);
    this.#exampleBytesLeft -= bytes;
    return example;
  }
}

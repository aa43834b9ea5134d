/** Keeps errors and their examples within limits, over a task's whole run. */
import { limits } from '../../../core/limits.ts';
import type { Statistics } from '../../../core/statistics/statistics.ts';
import { errorKey } from '../../../core/statistics/statistics.ts';

/** An error as it is counted; `key` is its `errorKey`. */
export interface CountedError {
  type: string;
  message: string;
  key: string;
}

const others: CountedError = {
  type: 'other',
  message: 'errors of further kinds',
  key: errorKey('other', 'errors of further kinds'),
};

export class ErrorLedger {
  #kinds = new Set<string>();
  /** Label and error of the examples taken: one each. */
  #examples = new Set<string>();
  #exampleBytesLeft: number = limits.errorExamplesBytesMax;

  /** Counts a failure of a label; `example` is asked only when there is none yet of this kind and label; null: not known yet. */
  count(label: string, statistics: Statistics, error: CountedError, example: () => string | null): void {
    const counted = this.#isKnown(error.key) ? error : others;
    statistics.failures++;
    const known = statistics.errors.get(counted.key);
    if (known !== undefined) known.count++;
    else {
      const taken = this.#takeExample(`${label}\n${counted.key}`, example);
      statistics.errors.set(counted.key, { type: counted.type, message: counted.message, count: 1, example: taken });
    }
  }

  #isKnown(key: string): boolean {
    if (this.#kinds.has(key)) return true;
    if (this.#kinds.size === limits.errorTypesMax) return false;
    this.#kinds.add(key);
    return true;
  }

  #takeExample(key: string, example: () => string | null): string | null {
    if (this.#exampleBytesLeft === 0 || this.#examples.has(key)) return null;
    const text = example();
    if (text === null) return null;
    this.#examples.add(key);
    const bytes = Buffer.from(text, 'utf8');
    const length = Math.min(bytes.length, limits.errorExampleBytesMax, this.#exampleBytesLeft);
    this.#exampleBytesLeft -= length;
    return cutText(bytes, length);
  }
}

/** The first `length` bytes as text, without the part of a character at the end. */
function cutText(bytes: Buffer, length: number): string {
  if (length === bytes.length) return bytes.toString('utf8');
  let end = length;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** Numbers the errors of a segment, so that its windows name them by id. */
import { limits } from '../limits.ts';
import { type ErrorCount, errorKey, OTHER_ERROR } from './statistics.ts';
import { type DictionaryError, dictionaryError } from './statistics-codec.ts';

/**
 * Each label's errors have their own ids, since an example of one label's error must not be shown with another's. Of several examples
 * the smallest string stays, so that the order of adding does not matter.
 */
export class ErrorDictionary {
  readonly errors: DictionaryError[] = [];
  readonly #ids = new Map<string, Map<string, number>>();
  #others = 0;

  /** Id of a label's error; above `limits.segmentErrorsMax` that of the label's `OTHER_ERROR`. */
  idOf(label: string, error: ErrorCount): number {
    let ids = this.#ids.get(label);
    if (ids === undefined) {
      ids = new Map();
      this.#ids.set(label, ids);
    }
    const key = errorKey(error.type, error.message);
    const known = ids.get(key);
    if (known !== undefined) {
      const entry = this.errors[known]!;
      if (error.example !== null && (entry.example === null || error.example < entry.example)) {
        entry.example = error.example;
      }
      return known;
    }
    if (error.type === OTHER_ERROR.type && error.message === OTHER_ERROR.message) {
      this.#others++;
    } else if (this.errors.length - this.#others >= limits.segmentErrorsMax) {
      return this.idOf(label, { ...OTHER_ERROR, count: 0, example: null });
    }
    const id = this.errors.length;
    this.errors.push(dictionaryError(error.type, error.message, error.example));
    ids.set(key, id);
    return id;
  }
}

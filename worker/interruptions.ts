/** Why a task ends before its shard is done: told to, cut off, or broken. */
import { LoadstarError } from '../core/errors.ts';
import { messageOf } from './log.ts';

export type Interruption =
  | { exit: 'stopped'; reason: string }
  | { exit: 'lease-expired' }
  | { exit: 'failed'; error: Error };

/** Collects interruptions from wherever they come. The first one stays, except that a failure takes the place of any other. */
export class Interruptions {
  #current: Interruption | null = null;
  readonly #aborted = new AbortController();

  get current(): Interruption | null {
    return this.#current;
  }

  /** Aborted by the first interruption. */
  get signal(): AbortSignal {
    return this.#aborted.signal;
  }

  raise(interruption: Interruption): void {
    if (this.#current === null || (interruption.exit === 'failed' && this.#current.exit !== 'failed')) {
      this.#current = interruption;
    }
    this.#aborted.abort();
  }

  /** Raises a failure for whatever was thrown. */
  fail(error: unknown): void {
    const known = error instanceof Error ? error : new LoadstarError('internal', messageOf(error));
    this.raise({ exit: 'failed', error: known });
  }

  /** The promise's value, or null once interrupted; what becomes of the promise then is ignored. */
  async orInterrupted<T>(promise: Promise<T>): Promise<T | null> {
    const interrupted = Promise.withResolvers<null>();
    const onAbort = (): void => interrupted.resolve(null);
    if (this.signal.aborted) onAbort();
    this.signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([promise, interrupted.promise]);
    } finally {
      this.signal.removeEventListener('abort', onAbort);
      promise.catch(() => {});
    }
  }
}

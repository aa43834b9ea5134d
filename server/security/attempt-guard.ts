/**
 * Slows guessing down: who has failed too often waits. Counted per account (whether it exists or not) and per address, in bounded memory; an
 * account's own owner, at an address that has signed in before, is not kept out by others who guess.
 */
import { LoadstarError } from '../../core/errors.ts';

export interface AttemptLimits {
  /** Failures of an account from addresses that have never signed in to it, within the window. */
  accountFailuresMax: number;
  /** Failures of an account from one address that has. */
  knownFailuresMax: number;
  /** Failures of an address over all accounts. */
  addressFailuresMax: number;
  /** How long failures count; so long who has too many waits. */
  windowMs: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = {
  accountFailuresMax: 10,
  knownFailuresMax: 10,
  addressFailuresMax: 50,
  windowMs: 15 * 60 * 1000,
};

/** Above it those that were used least recently are forgotten. */
const KEYS_MAX = 10_000;

/** Where there have been too many attempts. */
export class AttemptsExceeded extends LoadstarError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    const minutes = Math.ceil(retryAfterSeconds / 60);
    super('attempts_exceeded', `There were too many attempts: try again in ${minutes} min.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface AttemptGuard {
  /** Counts an attempt as failed until `succeeded` says otherwise, so that many at once count too. Throws `AttemptsExceeded`. */
  begin(attempt: Attempt): void;
  succeeded(attempt: Attempt): void;
}

export interface Attempt {
  /** Such as an email address. */
  account: string;
  address: string;
}

/** `nowMs`: milliseconds of any clock. */
export function createAttemptGuard(
  nowMs: () => number,
  { accountFailuresMax, addressFailuresMax, knownFailuresMax, windowMs }: AttemptLimits = ATTEMPT_LIMITS,
  keysMax = KEYS_MAX,
): AttemptGuard {
  const ofAccount = createCounter(windowMs, keysMax);
  const ofKnown = createCounter(windowMs, keysMax);
  const ofAddress = createCounter(windowMs, keysMax);
  const known = new Set<string>();
  const pairOf = ({ account, address }: Attempt) => JSON.stringify([account, address]);
  return {
    begin(attempt) {
      const now = nowMs();
      const pair = pairOf(attempt);
      const counters = [
        known.has(pair)
          ? { counter: ofKnown, key: pair, max: knownFailuresMax }
          : { counter: ofAccount, key: attempt.account, max: accountFailuresMax },
        { counter: ofAddress, key: attempt.address, max: addressFailuresMax },
      ];
      const waitMs = Math.max(...counters.map(({ counter, key, max }) => counter.waitMs(key, max, now)));
      if (waitMs > 0) throw new AttemptsExceeded(Math.ceil(waitMs / 1000));
      for (const { counter, key } of counters) counter.add(key, now);
    },

    succeeded(attempt) {
      const pair = pairOf(attempt);
      if (known.has(pair)) ofKnown.clear(pair);
      else ofAccount.takeBack(attempt.account);
      ofAddress.takeBack(attempt.address);
      known.delete(pair);
      known.add(pair);
      const [oldest] = known;
      if (known.size > keysMax && oldest !== undefined) known.delete(oldest);
    },
  };
}

/** Failures by key: how many in the window that began with the first. */
function createCounter(windowMs: number, keysMax: number) {
  const windows = new Map<string, { sinceMs: number; count: number }>();
  const current = (key: string, now: number) => {
    const found = windows.get(key);
    return found !== undefined && now - found.sinceMs < windowMs && now >= found.sinceMs ? found : null;
  };
  return {
    waitMs(key: string, max: number, now: number): number {
      const window = current(key, now);
      return window === null || window.count < max ? 0 : window.sinceMs + windowMs - now;
    },
    add(key: string, now: number): void {
      const { sinceMs, count } = current(key, now) ?? { sinceMs: now, count: 0 };
      windows.delete(key);
      windows.set(key, { sinceMs, count: count + 1 });
      const [oldest] = windows.keys();
      if (windows.size > keysMax && oldest !== undefined) windows.delete(oldest);
    },
    takeBack(key: string): void {
      const window = windows.get(key);
      if (window !== undefined) window.count = Math.max(0, window.count - 1);
    },
    clear: (key: string) => void windows.delete(key),
  };
}

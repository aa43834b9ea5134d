/** Waiting before something is tried again: longer each time, and each for a time of its own, so that many who wait do not come back at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadstarError } from '../../../core/errors.ts';

const ATTEMPTS_MAX = 60;
const FIRST_MS = 10;
const LONGEST_MS = 500;

/** After attempt number `attempt`, which begins with 1. Throws `store_failed` with `failure` when there were enough of them. */
export async function backOff(attempt: number, failure: string): Promise<void> {
  if (attempt >= ATTEMPTS_MAX) throw new LoadstarError('store_failed', `${failure}, ${attempt} times in a row`);
  await sleep(Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
}

/** The numbers that callers of a run queue give, checked alike by every adapter. */
import { LoadstarError } from '../../core/errors.ts';

const MESSAGES_MAX = 1_000;
const VISIBILITY_SECONDS_MAX = 12 * 3600;

/** Throws `option_invalid`. */
export function checkReceive(options: { max: number; visibilitySeconds: number }): void {
  if (!Number.isInteger(options.max) || options.max < 1 || options.max > MESSAGES_MAX) {
    throw new LoadstarError('option_invalid', `1 to ${MESSAGES_MAX} messages can be received, not ${options.max}`);
  }
  checkVisibility(options.visibilitySeconds);
}

/** Throws `option_invalid`. */
export function checkVisibility(seconds: number): void {
  if (seconds >= 0 && seconds <= VISIBILITY_SECONDS_MAX) return;
  throw new LoadstarError(
    'option_invalid',
    `a message can be hidden for 0 to ${VISIBILITY_SECONDS_MAX} s, not ${seconds}`,
  );
}

/** Tries again what may do better a moment later: while a server starts anew, or asks to go slower. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, isTransient } from './api-error.ts';

const DELAY_MS = 500;
const DELAY_MAX_MS = 8_000;
const RETRY_AFTER_MAX_SECONDS = 60;

export interface RetryOptions {
  /** No try begins later than this after the first. */
  giveUpAfterMs: number;
  /** Is told why it has to wait. */
  onTrouble?: (error: Error) => void;
  signal?: AbortSignal;
}

/** Throws what the last try threw, and at once what trying again would not change. */
export async function retrying<Result>(attempt: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const endsAtMs = performance.now() + options.giveUpAfterMs;
  for (let delayMs = DELAY_MS; ; delayMs = Math.min(DELAY_MAX_MS, 2 * delayMs)) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = Math.max(delayMs, retryAfterMs(error));
      if (!isTransient(error) || options.signal?.aborted || performance.now() + waitMs > endsAtMs) throw error;
      options.onTrouble?.(error as Error);
      await sleep(waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(() => {});
    }
  }
}

function retryAfterMs(error: unknown): number {
  const seconds = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) : 0;
  return 1000 * Math.min(RETRY_AFTER_MAX_SECONDS, seconds);
}

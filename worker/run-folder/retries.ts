/** A run folder that tries again when a failure may pass by itself: a busy disk, a share or a network that was gone for a moment. */
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import type { RunFolder } from './run-folder.ts';

/** Waits between two tries; after the last one the error is thrown. 3.15 s altogether. */
const BACK_OFF_MS = [50, 100, 200, 400, 800, 1_600];
/** After that long no other try is begun, however many are left. */
const BUDGET_MS = 5_000;

const TRANSIENT_CODES = new Set([
  'EAGAIN',
  'EBUSY',
  'ECONNREFUSED',
  'ECONNRESET',
  'EDQUOT',
  'EINTR',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOSPC',
  'ESTALE',
  'ETIMEDOUT',
]);

/** The cause of an error that may pass by itself. */
export class PassingFailure extends Error {
  /** Not before so many milliseconds; 0 when nobody said. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** True when the same call may work later. Looks at the error and at what caused it. */
export function isTransient(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PassingFailure) return true;
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && TRANSIENT_CODES.has(code)) return true;
  }
  return false;
}

function retryAfterMsOf(error: unknown): number {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PassingFailure) return cause.retryAfterMs;
  }
  return 0;
}

export interface RetryOptions {
  clock: Clock;
  log: Log;
  /** Spreads the waits: each is this share longer at most, by chance. For many tasks that lose the same server. Default 0. */
  jitter?: number;
  /** Objects that are read once and not again: whoever reads them does so all the time. */
  once?: readonly string[];
}

/** The folder, with transient failures of reads and writes tried again. */
export function withRetries(folder: RunFolder, { clock, log, jitter = 0, once = [] }: RetryOptions): RunFolder {
  async function retrying<T>(what: string, operation: () => Promise<T>): Promise<T> {
    const endsAtMs = clock.monotonicMs() + BUDGET_MS;
    for (const backOffMs of BACK_OFF_MS) {
      try {
        return await operation();
      } catch (error) {
        const waitMs = Math.max(backOffMs, retryAfterMsOf(error)) * (1 + jitter * Math.random());
        if (!isTransient(error) || clock.monotonicMs() + waitMs > endsAtMs) throw error;
        log('warn', `${what} failed, trying again`, { error: messageOf(error), waitMs: Math.round(waitMs) });
        await clock.sleep(waitMs);
      }
    }
    return operation();
  }
  return {
    read: (path) => (once.includes(path) ? folder.read(path) : retrying(`reading ${path}`, () => folder.read(path))),
    write: (path, bytes) => retrying(`writing ${path}`, () => folder.write(path, bytes)),
    clockOffsetMs: () => retrying('measuring the clock offset', () => folder.clockOffsetMs()),
    close: () => folder.close(),
  };
}

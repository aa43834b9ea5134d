/** A run folder that tries again when a failure may pass by itself: a busy disk, a share that was gone for a moment. */
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import type { RunFolder } from './run-folder.ts';

/** Waits between two tries; after the last one the error is thrown. 3.15 s altogether. */
const BACK_OFF_MS = [50, 100, 200, 400, 800, 1_600];

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

/** True when the same call may work later. Looks at the error and at what caused it. */
export function isTransient(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && TRANSIENT_CODES.has(code)) return true;
  }
  return false;
}

/** The folder, with transient failures of reads and writes tried again. */
export function withRetries(folder: RunFolder, { clock, log }: { clock: Clock; log: Log }): RunFolder {
  async function retrying<T>(what: string, operation: () => Promise<T>): Promise<T> {
    for (const waitMs of BACK_OFF_MS) {
      try {
        return await operation();
      } catch (error) {
        if (!isTransient(error)) throw error;
        log('warn', `${what} failed, trying again`, { error: messageOf(error), waitMs });
        await clock.sleep(waitMs);
      }
    }
    return operation();
  }
  return {
    read: (path) => retrying(`reading ${path}`, () => folder.read(path)),
    write: (path, bytes) => retrying(`writing ${path}`, () => folder.write(path, bytes)),
    clockOffsetMs: () => retrying('measuring the clock offset', () => folder.clockOffsetMs()),
    close: () => folder.close(),
  };
}

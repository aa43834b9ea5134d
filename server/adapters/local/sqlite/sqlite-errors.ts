/** What SQLite says went wrong, in words and with the file's path. */
import { LoadstarError } from '../../../../core/errors.ts';

const BUSY = 5;
const CONSTRAINT = 19;

const reasons: Record<number, string> = {
  3: 'permission denied',
  5: 'another process has kept it locked for too long',
  8: 'it is read-only',
  10: 'the disk failed',
  11: 'it is damaged',
  13: 'the disk is full',
  14: 'the file cannot be opened',
  26: 'it is not an SQLite database',
};

/** SQLite's primary result code; null for errors that are not SQLite's. */
function resultCodeOf(error: unknown): number | null {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
}

export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === BUSY;
}

/** Whether a row could not be written because one with its key is there. */
export function isConstraintViolation(error: unknown): boolean {
  return resultCodeOf(error) === CONSTRAINT;
}

/** `store_failed`: `cannot use the database <path>: <reason>`. An error for people stays as it is. */
export function databaseFailed(path: string, error: unknown): LoadstarError {
  if (error instanceof LoadstarError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const reason = reasons[resultCodeOf(error) ?? -1];
  const told = reason === undefined ? message : `${reason} (${message})`;
  return new LoadstarError('store_failed', `cannot use the database ${path}: ${told}`, { cause: error });
}

/**
 * A lock between processes of one machine that the kernel frees when its holder dies, however it dies: no stale locks, no takeover, no
 * trust in process ids. Node has no call for such locks, but SQLite takes them on its file; nothing is ever stored in it.
 *
 * No process may open a lock's file in any other way: closing a file drops all POSIX locks that the process has on it.
 */
import { DatabaseSync } from 'node:sqlite';
import { LoadstarError } from '../../../core/errors.ts';

const SQLITE_BUSY = 5;

export interface FileLock {
  /** False when somebody else holds it, in this process or another. Never waits. Throws `store_failed`. */
  tryAcquire(): boolean;
  /** Gives it back. Without holding it: does nothing. */
  release(): void;
  /** Gives it back and ends its use. */
  close(): void;
}

/** Creates the file when it is missing; its folder must exist. Throws `store_failed`. */
export function openFileLock(path: string): FileLock {
  const database = attempt(path, () => new DatabaseSync(path, { timeout: 0 }));
  return {
    tryAcquire() {
      if (database.isTransaction) return false;
      try {
        database.exec('BEGIN IMMEDIATE');
        return true;
      } catch (error) {
        if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
        throw lockFailed(path, error);
      }
    },
    release() {
      if (database.isOpen && database.isTransaction) attempt(path, () => database.exec('ROLLBACK'));
    },
    close() {
      if (database.isOpen) attempt(path, () => database.close());
    },
  };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw lockFailed(path, error);
  }
}

function lockFailed(path: string, error: unknown): LoadstarError {
  return new LoadstarError('store_failed', `cannot lock ${path}: ${(error as Error).message}`, { cause: error });
}

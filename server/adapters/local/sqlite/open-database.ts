/** Opens the database's file and makes it fit for use. */
import { LoadstarError } from '../../../../core/errors.ts';
import { BUSY_TIMEOUT_MS, Database } from './database.ts';
import { migrate } from './migrations.ts';
import { isBusy } from './sqlite-errors.ts';

const BUSY_RETRY_MS = 10;

/** Opens the file, creates it when it is missing, and brings its schema up to date. Throws `store_failed`. */
export function openDatabase(path: string, nowMs: number): Database {
  const database = new Database(path);
  try {
    turnOnWriteAheadLog(database);
    database.executeScript('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(database, nowMs);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Readers and a writer do not block each other then. While others open the file too, SQLite answers busy without waiting. */
function turnOnWriteAheadLog(database: Database): void {
  const giveUpAtMs = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      const mode = database.rows('PRAGMA journal_mode = WAL')[0]?.journal_mode;
      if (mode === 'wal') return;
      const message = `the database ${database.path} cannot be shared between processes on its file system (journal mode ${mode})`;
      throw new LoadstarError('store_failed', message);
    } catch (error) {
      if (!isBusy((error as Error).cause) || performance.now() > giveUpAtMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_RETRY_MS);
    }
  }
}

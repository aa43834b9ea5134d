/** What tables of versioned rows have in common: an update names the version it was made from. */
import { LoadstarError } from '../../../../core/errors.ts';
import type { PagePosition } from '../../page.ts';
import type { Database } from './database.ts';
import { isConstraintViolation } from './sqlite-errors.ts';

/** Runs an insert; throws `conflict` when a row with its id is there. */
export function insertRow(what: string, insert: () => unknown): void {
  try {
    insert();
  } catch (error) {
    if (!isConstraintViolation((error as Error).cause)) throw error;
    throw new LoadstarError('conflict', `${what} exists already`, { cause: error });
  }
}

/** Throws the error for an update that changed nothing: `conflict` or `not_found`. */
export function refuseUpdate(
  database: Database,
  table: 'scenarios' | 'runs' | 'users',
  what: string,
  row: VersionedRow,
): never {
  const [present] = database.rows(`SELECT version FROM ${table} WHERE id = ?`, row.id);
  if (present === undefined) throw new LoadstarError('not_found', `${what} is gone`);
  const versions = `it is at version ${present.version} now, the change was made from ${row.version - 1}`;
  throw new LoadstarError('conflict', `${what} was changed meanwhile: ${versions}`);
}

interface VersionedRow {
  id: string;
  version: number;
}

/** A position that lies before all rows when there is none to begin after. */
export function startOf(after: PagePosition | null): PagePosition {
  return after ?? { createdAtMs: Number.MAX_VALUE, id: '' };
}

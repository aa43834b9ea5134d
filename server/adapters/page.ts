/** Pages of rows, newest first. A cursor names the last row of a page, so rows that come or go meanwhile shift nothing. */
import { z } from 'zod';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';

/** The row after which the next page begins. */
export interface PagePosition {
  createdAtMs: number;
  id: string;
}

const cursorSchema = z.tuple([z.number(), z.string()]);

export function writeCursor(position: PagePosition): string {
  return Buffer.from(JSON.stringify([position.createdAtMs, position.id])).toString('base64url');
}

/** What was asked for: how many rows, after which one. Throws `option_invalid`. */
export function readPage(page: { limit: number; cursor: string | null }): {
  limit: number;
  after: PagePosition | null;
} {
  checkLimit(page.limit);
  return { limit: page.limit, after: page.cursor === null ? null : readCursor(page.cursor) };
}

/** Throws `option_invalid`. */
export function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= limits.pageRowsMax) return;
  throw new LoadstarError('option_invalid', `a page has 1 to ${limits.pageRowsMax} rows, not ${limit}`);
}

/** How many rows may be asked for by their ids at once. Throws `option_invalid`. */
export function checkIds(ids: readonly string[]): void {
  if (ids.length <= limits.pageRowsMax) return;
  throw new LoadstarError('option_invalid', `at most ${limits.pageRowsMax} ids at once, not ${ids.length}`);
}

function readCursor(cursor: string): PagePosition {
  try {
    const [createdAtMs, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { createdAtMs, id };
  } catch (cause) {
    throw new LoadstarError('option_invalid', 'this cursor was not given by a list', { cause });
  }
}

/** The page, and the cursor of the next one, from `rows`: those wanted and, if there are more, one more. */
export function pageOf<Row>(
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => PagePosition,
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(positionOf(last)) : null };
}

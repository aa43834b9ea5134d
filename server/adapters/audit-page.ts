/** Pages of audit records, for stores whose record ids are numbers that grow by one. */
import { LoadstarError } from '../../core/errors.ts';
import { readPage } from './page.ts';

/** How many records, and the position before which they lie. Throws `option_invalid`. */
export function readAuditPage(page: { limit: number; cursor: string | null }): { limit: number; before: number } {
  const { limit, after } = readPage(page);
  if (after === null) return { limit, before: Number.MAX_SAFE_INTEGER };
  if (!/^\d{1,15}$/.test(after.id)) throw new LoadstarError('option_invalid', 'this cursor was not given by a list');
  return { limit, before: Number(after.id) };
}

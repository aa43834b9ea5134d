/** Pages of records with a document, newest first. */
import { type PagePosition, pageOf, readPage } from '../../page.ts';
import type { Item } from './dynamo-table.ts';
import type { IndexedRecords } from './indexed-records.ts';
import { numberPosition } from './positions.ts';

/** Those with entries below `entryPk` whose `sk` are their `numberPosition`s. */
export async function pageOfRecords<Row extends PagePosition>(
  records: IndexedRecords,
  entryPk: string,
  page: { limit: number; cursor: string | null },
  read: (item: Item) => Row,
): Promise<{ items: Row[]; nextCursor: string | null }> {
  const { limit, after } = readPage(page);
  const rows: Row[] = [];
  let before = after === null ? null : numberPosition(after.createdAtMs, after.id);
  // Once more when some were deleted between the two reads.
  while (rows.length <= limit) {
    const found = await records.list(entryPk, { before, isDescending: true, limit: limit + 1 });
    rows.push(...(await records.getMany(found)).map(read));
    const last = rows.at(-1);
    if (found.length <= limit || last === undefined) break;
    before = numberPosition(last.createdAtMs, last.id);
  }
  return pageOf(rows, limit, ({ createdAtMs, id }) => ({ createdAtMs, id }));
}

/** Rows out of items: their documents, read and checked. */
import type { z } from 'zod';
import { LoadstarError } from '../../../../core/errors.ts';
import { firstProblem } from '../../stored-rows.ts';
import type { Documents } from './documents.ts';
import type { Item } from './dynamo-table.ts';

/** Objects read at once, where many rows have theirs in one. */
const READS_AT_ONCE = 16;
/** A row that is replaced again and again while it is read. */
const ATTEMPTS_MAX = 5;

export interface RowReading<Row> {
  schema: z.ZodType<Row>;
  documents: Documents;
  /** For errors: `run run-1`. */
  nameOf(item: Item): string;
  /** The item as it is now. */
  again(item: Item): Promise<Item | null>;
}

/** The item's row; null when it was deleted meanwhile. Throws `store_failed` naming the row when it is damaged. */
export async function readRow<Row>(found: Item | null, reading: RowReading<Row>): Promise<Row | null> {
  let item = found;
  for (let attempt = 1; item !== null && attempt <= ATTEMPTS_MAX; attempt++) {
    const document = await reading.documents.read(item);
    if (document !== null) return checkedRow(reading.schema, document, reading.nameOf(item));
    item = await reading.again(item);
  }
  if (item === null) return null;
  throw new LoadstarError('store_failed', `the document of ${reading.nameOf(item)} is gone`);
}

/** In their order, without those that were deleted meanwhile. */
export async function readRows<Row>(items: readonly Item[], reading: RowReading<Row>): Promise<Row[]> {
  const rows: (Row | null)[] = [];
  for (let from = 0; from < items.length; from += READS_AT_ONCE) {
    const some = items.slice(from, from + READS_AT_ONCE);
    rows.push(...(await Promise.all(some.map((item) => readRow(item, reading)))));
  }
  return rows.filter((row) => row !== null);
}

/** Throws `store_failed` when it is not what was written. */
export function checkedRow<Row>(schema: z.ZodType<Row>, document: unknown, what: string): Row {
  const { success, data, error } = schema.safeParse(document);
  if (success) return data;
  throw new LoadstarError('store_failed', `${what} in its table is damaged: ${firstProblem(error)}`, { cause: error });
}

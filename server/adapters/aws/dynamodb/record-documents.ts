/** Rows out of records. */
import type { z } from 'zod';
import type { Item } from './dynamo-table.ts';
import { checkedRow } from './row-documents.ts';

/** The record's document, with what is kept beside it in place of what it says. Throws `store_failed` naming the record when it is damaged. */
export function readRecord<Row>(schema: z.ZodType<Row>, item: Item, beside: Partial<Row> = {}): Row {
  let document: object | null = null;
  try {
    document = JSON.parse(String(item.document)) as object | null;
  } catch {
    // As any other document that is not what was written.
  }
  return checkedRow(schema, document === null ? null : { ...document, ...beside }, String(item.pk));
}

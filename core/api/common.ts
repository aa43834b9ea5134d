/** Pieces that several resources of the API share. */
import { z } from 'zod';
import { limits } from '../limits.ts';

/** Ids are made by the control plane; what comes in a path must look like one. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'An id has letters, digits, - and _, at most 64.');

/** ISO 8601, UTC, milliseconds. */
export const instantSchema = z.iso.datetime();

/** A whole number in a query: digits only, so that `1e3`, `0x10` and an empty text are none. */
export function wholeNumberQuery({ min, max }: { min: number; max: number }) {
  const message = `A whole number from ${min} to ${max} is expected.`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.int().min(min, message).max(max, message))
    .meta({ type: 'integer', minimum: min, maximum: max });
}

const PAGE_ITEMS_DEFAULT = 50;

export const pageQuery = {
  limit: wholeNumberQuery({ min: 1, max: limits.pageItemsMax })
    .default(PAGE_ITEMS_DEFAULT)
    .meta({ type: 'integer', minimum: 1, maximum: limits.pageItemsMax, description: 'Items of a page.' }),
  cursor: z.string().min(1).max(500).optional().meta({ description: 'As `nextCursor` of the page before; opaque.' }),
};

/** A page of a list. `nextCursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A path inside a folder: parts separated by `/`, none empty, `.` or `..`. */
export const filePathSchema = z
  .string()
  .min(1)
  .max(512)
  .refine((path) => isInsidePath(path), 'A path has parts separated by /, none of them empty, . or ..');

function isInsidePath(path: string): boolean {
  return (
    !path.includes('\\') && !path.includes('\0') && path.split('/').every((part) => !['', '.', '..'].includes(part))
  );
}

/** Lists that come page by page. */
import { LoadstarError } from '../../core/errors.ts';

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Guards against a server whose list never ends. */
const PAGES_MAX = 10_000;

/** All pages as one. */
export async function allPages<Item>(read: (cursor: string | null) => Promise<Page<Item>>): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page: Page<Item> = await read(cursor);
    for (const item of page.items) items.push(item);
    cursor = page.nextCursor;
    if (cursor === null) return { items, nextCursor: null };
  }
  throw new LoadstarError('server_answer_invalid', `The list has more than ${PAGES_MAX} pages.`);
}

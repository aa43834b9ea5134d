/** Lists that a screen needs as a whole. */
import type { ApiClient, Query } from './api-client.ts';
import type { Page } from './queries.ts';

/** Of one page: as many as the API gives. */
const PAGE_ITEMS = 200;

export interface AllPages {
  query?: Query;
  /** Asks for no more pages when it has so many. */
  itemsMax?: number;
  signal?: AbortSignal;
}

/** All items of a list, page after page. */
export async function allPages<Item>(
  api: Pick<ApiClient, 'get'>,
  path: string,
  { query = {}, itemsMax = Number.POSITIVE_INFINITY, signal }: AllPages = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await api.get<Page<Item>>(path, { ...query, limit: PAGE_ITEMS, cursor }, signal);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < itemsMax);
  return items;
}

import { expect, it } from 'vitest';
import { allPages } from './all-pages.ts';
import type { Query } from './api-client.ts';

/** An API with a list of five, two on a page. */
function listing() {
  const asked: Query[] = [];
  const get = async (_path: string, query: Query = {}) => {
    asked.push(query);
    const begin = Number(query.cursor ?? 0);
    const end = begin + 2;
    return { items: [0, 1, 2, 3, 4].slice(begin, end), nextCursor: end < 5 ? String(end) : null };
  };
  return { asked, api: { get: get as <Answer>() => Promise<Answer> } };
}

it('has the items of all pages, in their order', async () => {
  const { api, asked } = listing();
  expect(await allPages<number>(api, '/users', { query: { of: 'me' } })).toEqual([0, 1, 2, 3, 4]);
  expect(asked).toEqual([null, '2', '4'].map((cursor) => ({ of: 'me', limit: 200, cursor })));
});

it('asks for no more than is wanted', async () => {
  const { api, asked } = listing();
  expect(await allPages<number>(api, '/users', { itemsMax: 3 })).toEqual([0, 1, 2, 3]);
  expect(asked).toHaveLength(2);
});

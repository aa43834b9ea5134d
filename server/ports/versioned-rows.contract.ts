import { describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';

/** What scenarios and runs have in common: rows with a version, listed newest first. */
export interface VersionedRows<Row extends { id: string; version: number; createdAtMs: number }> {
  create(row: Row): Promise<void>;
  get(id: string): Promise<Row | null>;
  update(row: Row): Promise<void>;
  list(page: { limit: number; cursor: string | null }): Promise<{ items: Row[]; nextCursor: string | null }>;
  delete(id: string): Promise<void>;
  /** A valid row; rows with different notes differ. */
  make(row: { id: string; version?: number; createdAtMs?: number; note?: string }): Row;
  /** A row that breaks its type. */
  broken: Row;
}

const failsWith = (code: string) => ({ name: 'LoadstarError', code });
const CONCURRENT = 100;

export function versionedRowsContract<Row extends { id: string; version: number; createdAtMs: number }>(
  open: () => VersionedRows<Row>,
): void {
  describe('keeps rows that', () => {
    creation(open);
    updates(open);
  });
  describe('lists rows', () => paging(open));
}

type Open<Row extends { id: string; version: number; createdAtMs: number }> = () => VersionedRows<Row>;

function creation<Row extends { id: string; version: number; createdAtMs: number }>(open: Open<Row>): void {
  it('come back as they were written', async () => {
    const rows = open();
    const row = rows.make({ id: 'a', note: 'first' });
    await rows.create(row);
    expect(await rows.get('a')).toEqual(row);
    expect(await rows.get('b')).toBeNull();
    expect(await rows.get('')).toBeNull();
  });

  it('share no memory with anybody', async () => {
    const rows = open();
    const row = rows.make({ id: 'a', note: 'first' });
    await rows.create(row);
    row.version = 99;
    const found = await rows.get('a');
    if (found !== null) found.version = 98;
    expect(await rows.get('a')).toMatchObject({ version: 1 });
  });

  it('exist once: creating an id again is a conflict and changes nothing', async () => {
    const rows = open();
    const row = rows.make({ id: 'a', note: 'first' });
    await rows.create(row);
    await expect(rows.create(rows.make({ id: 'a', note: 'second' }))).rejects.toMatchObject(failsWith('conflict'));
    expect(await rows.get('a')).toEqual(row);
  });

  it('are created by exactly one of many at once', async () => {
    const rows = open();
    const made = Array.from({ length: CONCURRENT }, (_, i) => rows.make({ id: 'a', note: `note ${i}` }));
    const results = await Promise.allSettled(made.map((row) => rows.create(row)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await rows.get('a')).toEqual(made[results.findIndex((result) => result.status === 'fulfilled')]);
  });

  it('can be read back: what could not is never written', async () => {
    const rows = open();
    await expect(rows.create(rows.broken)).rejects.toMatchObject(failsWith('internal'));
    expect(await rows.get(rows.broken.id)).toBeNull();
    await rows.create(rows.make({ id: rows.broken.id, version: 1 }));
    await expect(rows.update({ ...rows.broken, version: 2 })).rejects.toMatchObject(failsWith('internal'));
  });

  it('are gone when they were deleted', async () => {
    const rows = open();
    await rows.create(rows.make({ id: 'a' }));
    await rows.create(rows.make({ id: 'b' }));
    await rows.delete('a');
    await rows.delete('a');
    await rows.delete('never there');
    expect(await rows.get('a')).toBeNull();
    expect((await rows.list({ limit: 10, cursor: null })).items.map((row) => row.id)).toEqual(['b']);
  });
}

function updates<Row extends { id: string; version: number; createdAtMs: number }>(open: Open<Row>): void {
  it('are replaced from the version that was read', async () => {
    const rows = open();
    await rows.create(rows.make({ id: 'a', version: 1 }));
    await rows.update(rows.make({ id: 'a', version: 2, note: 'second' }));
    expect(await rows.get('a')).toEqual(rows.make({ id: 'a', version: 2, note: 'second' }));
  });

  it.each([1, 2, 4, 5])('refuse an update to version %i when they are at version 2', async (version) => {
    const rows = open();
    await rows.create(rows.make({ id: 'a', version: 1 }));
    await rows.update(rows.make({ id: 'a', version: 2, note: 'second' }));
    const update = rows.update(rows.make({ id: 'a', version, note: 'other' }));
    await expect(update).rejects.toMatchObject(failsWith('conflict'));
    expect(await rows.get('a')).toEqual(rows.make({ id: 'a', version: 2, note: 'second' }));
  });

  it('are not brought back by an update', async () => {
    const rows = open();
    await rows.create(rows.make({ id: 'a', version: 1 }));
    await rows.delete('a');
    await expect(rows.update(rows.make({ id: 'a', version: 2 }))).rejects.toMatchObject(failsWith('not_found'));
    expect(await rows.get('a')).toBeNull();
  });

  it('are updated by exactly one of many at once', async () => {
    const rows = open();
    await rows.create(rows.make({ id: 'a', version: 1 }));
    const made = Array.from({ length: CONCURRENT }, (_, i) => rows.make({ id: 'a', version: 2, note: `note ${i}` }));
    const results = await Promise.allSettled(made.map((row) => rows.update(row)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject(failsWith('conflict'));
    }
    expect(await rows.get('a')).toEqual(made[results.findIndex((result) => result.status === 'fulfilled')]);
  });
}

function paging<Row extends { id: string; version: number; createdAtMs: number }>(open: Open<Row>): void {
  const idsOf = (page: { items: Row[] }) => page.items.map((row) => row.id);

  it('newest first, and of the same age by id backwards', async () => {
    const rows = open();
    for (const [id, createdAtMs] of [
      ['b', 20],
      ['d', 10],
      ['c', 20],
      ['a', 30.5],
    ] as const) {
      await rows.create(rows.make({ id, createdAtMs }));
    }
    expect(await rows.list({ limit: 4, cursor: null })).toMatchObject({ nextCursor: null });
    expect(idsOf(await rows.list({ limit: 4, cursor: null }))).toEqual(['a', 'c', 'b', 'd']);
  });

  it('page by page, each once, also when rows come, change and go meanwhile', async () => {
    const rows = open();
    for (let i = 10; i < 20; i++) await rows.create(rows.make({ id: `row-${i}`, createdAtMs: i < 15 ? 1 : 2 }));
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page === 0 || cursor !== null; page++) {
      const found = await rows.list({ limit: 3, cursor });
      expect(found.items.length).toBeLessThanOrEqual(3);
      seen.push(...idsOf(found));
      cursor = found.nextCursor;
      await rows.create(rows.make({ id: `newer-${page}`, createdAtMs: 3 + page }));
      // The last one seen, so that the cursor's own row is gone; and one that is still to come.
      await rows.delete(seen.at(-1) ?? '');
      if (page === 0) await rows.update(rows.make({ id: 'row-11', version: 2, createdAtMs: 1, note: 'changed' }));
    }
    expect(seen).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10].map((i) => `row-${i}`));
  });

  it('without a next page when the last one is full', async () => {
    const rows = open();
    for (const id of ['a', 'b', 'c', 'd']) await rows.create(rows.make({ id }));
    const first = await rows.list({ limit: 2, cursor: null });
    const second = await rows.list({ limit: 2, cursor: first.nextCursor });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(['d', 'c', 'b', 'a']);
    expect(second.nextCursor).toBeNull();
  });

  it('none when there are none', async () => {
    expect(await open().list({ limit: 10, cursor: null })).toEqual({ items: [], nextCursor: null });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, limits.pageRowsMax + 1])(
    'not %d at a time',
    async (limit) => {
      await expect(open().list({ limit, cursor: null })).rejects.toMatchObject(failsWith('option_invalid'));
    },
  );

  it.each([
    '',
    'x',
    '[]',
    '%00',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["1","a"]').toString('base64url'),
  ])('not from the cursor %j', async (cursor) => {
    await expect(open().list({ limit: 1, cursor })).rejects.toMatchObject(failsWith('option_invalid'));
  });
}

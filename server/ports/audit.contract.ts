import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent, AuditStore } from './audit.ts';

const KEPT = 50;

function event(overrides: Partial<AuditEvent> = {}): AuditEvent {
  return {
    atMs: 1_700_000_000_000.5,
    actor: { kind: 'local' },
    action: 'scenario.create',
    target: 'scenario-1',
    detail: "Größe „schön“ 🚀'; DROP TABLE audit_records; --",
    ...overrides,
  };
}

/** What every audit store does. `open` makes one that keeps `entriesMax` records. */
export function auditStoreContract(
  name: string,
  open: (options: { entriesMax: number }) => Promise<{ audit: AuditStore; close: () => Promise<void> }>,
): void {
  describe(`${name} is an audit store`, () => {
    let audit: AuditStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ audit, close } = await open({ entriesMax: KEPT }));
    });
    afterEach(() => close());

    const targets = async (limit: number, cursor: string | null = null) =>
      (await audit.list({ limit, cursor })).items.map((record) => record.target);
    const appendMany = async (count: number) => {
      for (let i = 0; i < count; i++) await audit.append(event({ target: `t${i}` }));
    };

    it('gives back what was appended, each with an id of its own', async () => {
      const second = event({ actor: { kind: 'system' }, action: 'run.delete', target: 'run-1', detail: null });
      await audit.append(event());
      await audit.append(second);
      const { items, nextCursor } = await audit.list({ limit: 10, cursor: null });
      expect(items).toEqual([
        { ...second, id: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/) },
        { ...event(), id: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/) },
      ]);
      expect(items[0]?.id).not.toBe(items[1]?.id);
      expect(nextCursor).toBeNull();
    });

    it('is empty at first', async () => {
      expect(await audit.list({ limit: 10, cursor: null })).toEqual({ items: [], nextCursor: null });
    });

    it('lists in the reverse order of appending, whatever the clock said', async () => {
      for (const [target, atMs] of [
        ['first', 30],
        ['second', 10],
        ['third', 20],
        ['fourth', 20],
      ] as const) {
        await audit.append(event({ target, atMs }));
      }
      expect(await targets(10)).toEqual(['fourth', 'third', 'second', 'first']);
    });

    it('lists page by page, each record once, also while more are appended', async () => {
      await appendMany(7);
      const first = await audit.list({ limit: 3, cursor: null });
      await audit.append(event({ target: 'late' }));
      const second = await audit.list({ limit: 3, cursor: first.nextCursor });
      const third = await audit.list({ limit: 3, cursor: second.nextCursor });
      const pages = [first, second, third].map((page) => page.items.map((record) => record.target));
      expect(pages).toEqual([['t6', 't5', 't4'], ['t3', 't2', 't1'], ['t0']]);
      expect(third.nextCursor).toBeNull();
    });

    it('has no further page after one that ends with the last record', async () => {
      await appendMany(3);
      expect((await audit.list({ limit: 3, cursor: null })).nextCursor).toBeNull();
    });

    it('keeps the newest records only', async () => {
      await appendMany(KEPT + 7);
      expect(await targets(1_000)).toEqual(Array.from({ length: KEPT }, (_, i) => `t${KEPT + 6 - i}`));
      const { nextCursor } = await audit.list({ limit: KEPT - 1, cursor: null });
      expect(await targets(1_000, nextCursor)).toEqual(['t7']);
      await appendMany(KEPT);
      expect(await audit.list({ limit: 10, cursor: nextCursor })).toEqual({ items: [], nextCursor: null });
    });

    it('loses none of those appended at once', async () => {
      await Promise.all(Array.from({ length: KEPT }, (_, i) => audit.append(event({ target: `t${i}` }))));
      const listed = await targets(1_000);
      expect(new Set(listed).size).toBe(KEPT);
      expect(new Set((await audit.list({ limit: 1_000, cursor: null })).items.map(({ id }) => id)).size).toBe(KEPT);
    });

    it.each(['', 'x', 'e30', 'WzEsIngiXQ', 'WzEsIi0xIl0', 'WzEsIjFlOTk5Il0', '../../etc/passwd', 'A'.repeat(10_000)])(
      'refuses the cursor %j',
      async (cursor) => {
        await expect(audit.list({ limit: 1, cursor })).rejects.toMatchObject({ code: 'option_invalid' });
      },
    );

    it.each([0, -1, 1.5, 1_001, Number.NaN])('refuses a page of %d records', async (limit) => {
      await expect(audit.list({ limit, cursor: null })).rejects.toMatchObject({ code: 'option_invalid' });
    });

    it('writes nothing that could not be read back', async () => {
      const broken = event({ atMs: Number.NaN });
      await expect(audit.append(broken)).rejects.toMatchObject({ code: 'internal' });
      expect(await targets(10)).toEqual([]);
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdempotencyRecord, IdempotencyStore } from './idempotency.ts';

const sample = (changes: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
  key: 'key-1',
  requestHash: 'hash-1',
  runId: 'run-1',
  isDone: false,
  claimedAtMs: 1_000,
  expiresAtMs: 2_000,
  ...changes,
});

/** What every store of idempotency keys does. */
export function idempotencyStoreContract(
  name: string,
  open: () => Promise<{ idempotency: IdempotencyStore; close: () => Promise<void> }>,
): void {
  describe(`${name} keeps idempotency keys that`, () => {
    let store: IdempotencyStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ idempotency: store, close } = await open());
    });
    afterEach(() => close());

    it('belong to whoever claims them first', async () => {
      expect(await store.claim(sample())).toEqual(sample());
      expect(await store.claim(sample({ runId: 'run-2', requestHash: 'hash-2' }))).toEqual(sample());
      const other = sample({ key: 'KEY-1', runId: 'run-3' });
      expect(await store.claim(other)).toEqual(other);
    });

    it('belong to exactly one of many that claim them at once', async () => {
      const claims = Array.from({ length: 50 }, (_, i) => store.claim(sample({ runId: `run-${i}` })));
      const runIds = new Set((await Promise.all(claims)).map(({ runId }) => runId));
      expect(runIds.size).toBe(1);
    });

    it('are free again once they have expired', async () => {
      await store.claim(sample());
      expect(await store.claim(sample({ runId: 'run-2', claimedAtMs: 1_999 }))).toMatchObject({ runId: 'run-1' });
      const late = sample({ runId: 'run-3', claimedAtMs: 2_000, expiresAtMs: 3_000 });
      expect(await store.claim(late)).toEqual(late);
      expect(await store.claim(sample({ claimedAtMs: 2_500 }))).toEqual(late);
    });

    it('can be given back until they are done', async () => {
      await store.claim(sample());
      expect(await store.release('key-1', 'run-2')).toBe(false);
      expect(await store.release('key-2', 'run-1')).toBe(false);
      expect(await store.claim(sample({ runId: 'run-2' }))).toMatchObject({ runId: 'run-1' });
      expect(await store.release('key-1', 'run-1')).toBe(true);
      expect(await store.release('key-1', 'run-1')).toBe(false);
      expect(await store.claim(sample({ runId: 'run-2' }))).toMatchObject({ runId: 'run-2' });
    });

    it('stay what they are once they are done', async () => {
      await store.claim(sample());
      await store.complete('key-1', 'run-2');
      await store.complete('key-2', 'run-1');
      expect(await store.claim(sample({ runId: 'run-2' }))).toMatchObject({ runId: 'run-1', isDone: false });
      await store.complete('key-1', 'run-1');
      expect(await store.release('key-1', 'run-1')).toBe(false);
      expect(await store.claim(sample({ runId: 'run-2' }))).toEqual(sample({ isDone: true }));
    });
  });
}

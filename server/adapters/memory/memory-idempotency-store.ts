/** Idempotency keys for tests: nothing outlives them. */
import type { IdempotencyRecord, IdempotencyStore } from '../../ports/idempotency.ts';

export function createMemoryIdempotencyStore(): IdempotencyStore {
  const records = new Map<string, IdempotencyRecord>();
  return {
    async claim(record) {
      const present = records.get(record.key);
      if (present !== undefined && present.expiresAtMs > record.claimedAtMs) return { ...present };
      records.set(record.key, { ...record });
      return { ...record };
    },
    async complete(key, runId) {
      const present = records.get(key);
      if (present?.runId === runId) present.isDone = true;
    },
    async release(key, runId) {
      const present = records.get(key);
      return present?.runId === runId && !present.isDone && records.delete(key);
    },
  };
}

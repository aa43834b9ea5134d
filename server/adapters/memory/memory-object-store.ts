/** An object store for tests: nothing outlives it. */
import { createHash } from 'node:crypto';
import { LoadstarError } from '../../../core/errors.ts';
import { checkObjectKey, checkObjectPrefix, checkPrefixToDelete, compareKeys } from '../../ports/object-key.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

interface StoredObject {
  body: Uint8Array;
  etag: string;
  modifiedAtMs: number;
}

const CHUNK_BYTES = 64 * 1024;

export function createMemoryObjectStore(options: { now?: () => number } = {}): ObjectStore {
  const now = options.now ?? Date.now;
  const objects = new Map<string, StoredObject>();

  return {
    async read(key) {
      checkObjectKey(key);
      const found = objects.get(key);
      if (found === undefined) return null;
      const { modifiedAtMs } = found;
      const sizeBytes = found.body.length;
      return {
        key,
        sizeBytes,
        modifiedAtMs,
        async *chunks({ from, to } = { from: 0, to: sizeBytes }) {
          const body = objects.get(key)?.body;
          if (body?.length !== sizeBytes) throw new LoadstarError('conflict', `${key} was replaced meanwhile`);
          for (let at = from; at < to; at += CHUNK_BYTES) yield body.slice(at, Math.min(to, at + CHUNK_BYTES));
        },
      };
    },

    async get(key) {
      checkObjectKey(key);
      const found = objects.get(key);
      return found === undefined ? null : { body: found.body.slice(), etag: found.etag };
    },

    async put(key, given, condition) {
      checkObjectKey(key);
      const body = given instanceof Uint8Array ? given : await wholeOf(given);
      const there = objects.get(key);
      if (condition !== undefined && 'ifAbsent' in condition && there !== undefined) {
        throw new LoadstarError('conflict', `${key} is there already`);
      }
      if (condition !== undefined && 'ifMatch' in condition && there?.etag !== condition.ifMatch) {
        throw new LoadstarError('conflict', `${key} has changed since it was read`);
      }
      const etag = createHash('sha256').update(body).digest('hex');
      objects.set(key, { body: Uint8Array.from(body), etag, modifiedAtMs: now() });
      return etag;
    },

    async list(prefix) {
      checkObjectPrefix(prefix);
      return [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { body, modifiedAtMs }]) => ({ key, sizeBytes: body.length, modifiedAtMs }))
        .toSorted((a, b) => compareKeys(a.key, b.key));
    },

    async delete(key) {
      checkObjectKey(key);
      objects.delete(key);
    },

    async deletePrefix(prefix) {
      checkPrefixToDelete(prefix);
      for (const key of objects.keys()) if (key.startsWith(prefix)) objects.delete(key);
    },
  };
}

async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/**
 * The documents of rows: JSON, whatever its size. What is small lies in the row's item as text, what is larger compressed, and what is large still in
 * an object beside the table, for writes of items are paid by the kilobyte, and none may exceed 400 KB. An object is written before the item that
 * names it, under a key that is never used again, and deleted after it: a reader finds the old document or the new one. A writer that dies in
 * between leaves an object without use.
 */
import { randomUUID } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { LoadstarError } from '../../../../core/errors.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import { objectPrefixes } from '../layout/object-keys.ts';
import type { Item } from './dynamo-table.ts';

/** The attributes of an item that hold its document or say where it lies. */
export type DocumentAttributes = { document: string } | { compressed: Uint8Array } | { objectKey: string };

export interface Documents {
  /** `id`: of the row, for people who look into the bucket. */
  write(id: string, document: unknown): Promise<DocumentAttributes>;
  /** Null when the object is gone: the row was replaced or deleted meanwhile. */
  read(item: Item): Promise<unknown>;
  /** What the item was the last to name. Its failure is nobody's: the object then stays without use. */
  discard(item: Item | null): Promise<void>;
}

const TEXT_BYTES_MAX = 8 * 1024;
/** An S3 PUT is paid like writing 8 KB of items; above that the objects are cheaper, but another step. */
const COMPRESSED_BYTES_MAX = 64 * 1024;
/** Guards against a damaged object. */
const DOCUMENT_BYTES_MAX = 256 * 1024 * 1024;

/** `folder`: of the table's objects, below `rows/`. */
export function createDocuments(objects: ObjectStore, folder: string): Documents {
  return {
    async write(id, document) {
      const text = Buffer.from(JSON.stringify(document));
      if (text.length <= TEXT_BYTES_MAX) return { document: text.toString() };
      const compressed = zstdCompressSync(text);
      if (compressed.length <= COMPRESSED_BYTES_MAX) return { compressed };
      const objectKey = `${objectPrefixes.rows}${folder}/${id}/${randomUUID()}`;
      await objects.put(objectKey, compressed, { ifAbsent: true });
      return { objectKey };
    },

    async read({ document, compressed, objectKey }) {
      if (typeof document === 'string') return parsed(() => document);
      if (compressed instanceof Uint8Array) return parsed(() => decompressed(compressed));
      if (typeof objectKey !== 'string')
        throw new LoadstarError('store_failed', `an item of ${folder} has no document`);
      const found = await objects.get(objectKey);
      return found === null ? null : parsed(() => decompressed(found.body));
    },

    async discard(item) {
      if (typeof item?.objectKey === 'string') await objects.delete(item.objectKey).catch(() => {});
    },
  };
}

function decompressed(bytes: Uint8Array): string {
  return zstdDecompressSync(bytes, { maxOutputLength: DOCUMENT_BYTES_MAX }).toString();
}

function parsed(text: () => string): unknown {
  try {
    return JSON.parse(text());
  } catch (cause) {
    throw new LoadstarError('store_failed', 'a stored document is damaged', { cause });
  }
}

/**
 * Etags of files: a hash of the content. Listing needs them for thousands of files again and again, so the hash of a file that has not
 * changed is remembered, by what `stat` tells of it.
 */
import { createHash, hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/**
 * File systems tell times in steps of up to two seconds. A file that changed this shortly before it was hashed may change again
 * without a trace in `stat`, so such a hash is not remembered.
 */
const SETTLED_AFTER_MS = 2_500;
const REMEMBERED_MAX = 50_000;
const CHUNK_BYTES = 1024 * 1024;
const HASH_LENGTH = 32;

export function etagOfBody(body: Uint8Array): string {
  return hash('sha256', body, 'hex').slice(0, HASH_LENGTH);
}

/** The etag of a body that comes in pieces, known when all of them have gone through. */
export function etagOfPieces(pieces: AsyncIterable<Uint8Array>): {
  pieces: AsyncGenerator<Uint8Array>;
  etag(): string;
} {
  const hashed = createHash('sha256');
  async function* passed() {
    for await (const piece of pieces) {
      hashed.update(piece);
      yield piece;
    }
  }
  return { pieces: passed(), etag: () => hashed.digest('hex').slice(0, HASH_LENGTH) };
}

interface Remembered {
  fingerprint: string;
  etag: string;
}

export class FileEtags {
  readonly #remembered = new Map<string, Remembered>();
  readonly #now: () => number;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The etag of a file that still looks as it did when it was hashed; null when it must be hashed. */
  recall(key: string, stats: Stats): string | null {
    const remembered = this.#remembered.get(key);
    return remembered?.fingerprint === fingerprintOf(stats) ? remembered.etag : null;
  }

  /** Hashes an open file whose `stat` was taken from the same handle. */
  async hash(key: string, file: FileHandle, stats: Stats): Promise<string> {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, stats.size + 1));
    for (let offset = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      offset += bytesRead;
    }
    const etag = hash.digest('hex').slice(0, HASH_LENGTH);
    this.#remember(key, stats, etag);
    return etag;
  }

  #remember(key: string, stats: Stats, etag: string): void {
    this.#remembered.delete(key);
    if (this.#now() - Math.max(stats.mtimeMs, stats.ctimeMs) < SETTLED_AFTER_MS) return;
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
    this.#remembered.set(key, { fingerprint: fingerprintOf(stats), etag });
  }
}

function fingerprintOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}

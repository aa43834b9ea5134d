/** Etags of what is stored: a hash of the content. */
import { createHash, hash } from 'node:crypto';

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

/** What is told of a content beside the content: its hash and its size, taken while it goes by. */
import { createHash } from 'node:crypto';
import type { ObjectBody } from '../ports/object-store.ts';

export interface Digest {
  /** Hex. */
  sha256: string;
  sizeBytes: number;
}

/** `digest()`: when all pieces have gone through. */
export function digesting(body: ObjectBody): { pieces: AsyncGenerator<Uint8Array>; digest(): Digest } {
  const hashed = createHash('sha256');
  let sizeBytes = 0;
  async function* passed() {
    for await (const piece of body instanceof Uint8Array ? [body] : body) {
      hashed.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
  }
  return { pieces: passed(), digest: () => ({ sha256: hashed.digest('hex'), sizeBytes }) };
}

/** Bytes that can be read from any place, for the reader of archives: an object of the store, a file. */
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { BytesPart } from '../ports/object-store.ts';

export interface ByteSource {
  sizeBytes: number;
  chunks(part: BytesPart): AsyncIterable<Uint8Array>;
}

/** An archive's list is read in many small pieces: so many bytes are fetched at once. */
const AHEAD_BYTES = 256 * 1024;

export class ByteSourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  #ahead: { from: number; bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) };

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(from: number, to: number): Readable {
    return Readable.from(this.#source.chunks({ from, to }), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytesAt(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(null);
      },
      (error: Error) => callback(error),
    );
  }

  /** Throws when the source ends before. */
  async bytesAt(position: number, length: number): Promise<Buffer> {
    const { sizeBytes } = this.#source;
    if (position < 0 || position + length > sizeBytes) throw new Error('it is cut off');
    const { from, bytes } = this.#ahead;
    if (position < from || position + length > from + bytes.length) {
      const to = Math.min(sizeBytes, position + Math.max(length, AHEAD_BYTES));
      const pieces: Uint8Array[] = [];
      for await (const piece of this.#source.chunks({ from: position, to })) pieces.push(piece);
      this.#ahead = { from: position, bytes: Buffer.concat(pieces) };
    }
    const at = position - this.#ahead.from;
    return this.#ahead.bytes.subarray(at, at + length);
  }
}

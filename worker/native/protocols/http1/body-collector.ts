/** Keeps a response's body as text, where an assertion asks for it. */
import zlib from 'node:zlib';
import type { BodyText } from '../protocol.ts';
import type { BodySink } from './chunk-reader.ts';

/** What assertions look into: the first bytes of a body, decoded. More would let one response stall all users. */
export const BODY_BYTES_KEPT_MAX = 4 * 1024 * 1024;

const decoders: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
  zstd: zlib.zstdDecompressSync,
};

export class BodyCollector implements BodySink {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  clear(): void {
    if (this.#bytes > 0) this.#chunks = [];
    this.#bytes = 0;
    this.#isCut = false;
  }

  append(buffer: Buffer, start: number, end: number): void {
    const stop = Math.min(end, start + BODY_BYTES_KEPT_MAX - this.#bytes);
    if (stop < end) this.#isCut = true;
    if (stop === start) return;
    this.#chunks.push(Buffer.from(buffer.subarray(start, stop)));
    this.#bytes += stop - start;
  }

  /** The body as UTF-8 text; `contentEncoding` undone. */
  read(contentEncoding: string): BodyText {
    const bytes = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (contentEncoding === '' || contentEncoding === 'identity' || bytes.length === 0) {
      return { text: bytes.toString('utf8'), isCut: this.#isCut, problem: null };
    }
    const decode = Object.hasOwn(decoders, contentEncoding) ? decoders[contentEncoding] : undefined;
    if (decode === undefined) return noText('the body has a content encoding that is not known', false);
    try {
      return {
        text: decode(bytes, { maxOutputLength: BODY_BYTES_KEPT_MAX }).toString('utf8'),
        isCut: false,
        problem: null,
      };
    } catch (error) {
      const isTooLarge =
        this.#isCut || (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE');
      return isTooLarge ? noText(null, true) : noText(`the body could not be decoded as ${contentEncoding}`, false);
    }
  }
}

function noText(problem: string | null, isCut: boolean): BodyText {
  return { text: '', isCut, problem };
}

/** Keeps a response's body, where something looks into it, and makes it text when that is asked for. */
import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import type { BodySink } from './chunk-reader.ts';

/** What is looked into: the first bytes of a body, decoded. More would let one response stall all users. */
export const BODY_BYTES_KEPT_MAX = 4 * 1024 * 1024;
export const bodyTooLarge = 'the body is larger than what assertions look into (4 MiB)';
/** Of a page, where it may name its charset. */
const META_BYTES = 2_000;

export interface BodyText {
  text: string;
  /** There is more than `text` holds; what is not found in it may still be there. */
  isCut: boolean;
  /** Why there is no text; null when there is. */
  problem: string | null;
}

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

const decoders: Readonly<Record<string, Decode>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  deflate: (bytes, options) => (isZlib(bytes) ? zlib.inflateSync : zlib.inflateRawSync)(bytes, options),
  br: zlib.brotliDecompressSync,
  zstd: zlib.zstdDecompressSync,
};

export class BodyCollector implements BodySink {
  #chunks: Buffer[] = [];
  /** The first bytes, where they came; null once they are a chunk. */
  #fresh: Buffer | null = null;
  #freshStart = 0;
  #bytes = 0;
  #isCut = false;
  /** Several look into the same body. */
  #read: BodyText | null = null;

  clear(): void {
    if (this.#chunks.length > 0) this.#chunks = [];
    this.#fresh = null;
    this.#read = null;
    this.#bytes = 0;
    this.#isCut = false;
  }

  append(buffer: Buffer, start: number, end: number): void {
    const stop = Math.min(end, start + BODY_BYTES_KEPT_MAX - this.#bytes);
    if (stop < end) this.#isCut = true;
    if (stop === start) return;
    if (this.#bytes === 0) {
      this.#fresh = buffer;
      this.#freshStart = start;
    } else {
      this.settle();
      this.#chunks.push(Buffer.from(buffer.subarray(start, stop)));
    }
    this.#bytes += stop - start;
  }

  settle(): void {
    if (this.#fresh === null) return;
    this.#chunks.push(Buffer.from(this.#freshBytes(this.#fresh)));
    this.#fresh = null;
  }

  #freshBytes(buffer: Buffer): Buffer {
    return buffer.subarray(this.#freshStart, this.#freshStart + this.#bytes);
  }

  /** As it came; valid as long as what was appended. */
  get bytes(): Buffer {
    if (this.#fresh !== null) return this.#freshBytes(this.#fresh);
    return this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
  }

  /** The whole body as text; `contentEncoding` (lower case) undone. The charset is what `contentType` or the page says, or else UTF-8. */
  read(contentEncoding: string, contentType: string | null): BodyText {
    this.#read ??= this.#decode(contentEncoding, contentType);
    return this.#read;
  }

  #decode(contentEncoding: string, contentType: string | null): BodyText {
    const isPlain = contentEncoding === '' || contentEncoding === 'identity';
    if (isPlain && this.#fresh !== null && isUtf8(contentType)) {
      const text = this.#fresh.toString('utf8', this.#freshStart, this.#freshStart + this.#bytes);
      return { text, isCut: this.#isCut, problem: null };
    }
    const { bytes } = this;
    if (isPlain || bytes.length === 0) {
      return { text: textOf(bytes, contentType), isCut: this.#isCut, problem: null };
    }
    const decode = Object.hasOwn(decoders, contentEncoding) ? decoders[contentEncoding] : undefined;
    if (decode === undefined) return noText('the body has a content encoding that is not known', false);
    try {
      const decoded = decode(bytes, { maxOutputLength: BODY_BYTES_KEPT_MAX });
      return { text: textOf(decoded, contentType), isCut: false, problem: null };
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

/** It begins as RFC 1950 has it. Some servers send what should be inside. */
function isZlib(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

/** Without a look into the body. */
function isUtf8(contentType: string | null): boolean {
  const { charset, isPage } = typeOf(contentType ?? '');
  return charset === null ? !isPage : isUtf8Name(charset);
}

function isUtf8Name(charset: string): boolean {
  return charset === 'utf-8' || /^utf-?8$/i.test(charset);
}

function textOf(bytes: Buffer, contentType: string | null): string {
  const type = typeOf(contentType ?? '');
  const charset = type.charset ?? (type.isPage ? charsetOfPage(bytes) : null) ?? 'utf-8';
  if (isUtf8Name(charset)) return bytes.toString('utf8');
  const decoder = decoderOf(charset.toLowerCase());
  return decoder === null ? bytes.toString('utf8') : decoder.decode(bytes);
}

const textDecoders = new Map<string, TextDecoder | null>();

/** Null: it is not known. The few that are kept are those that are. */
function decoderOf(charset: string): TextDecoder | null {
  let decoder = textDecoders.get(charset);
  if (decoder !== undefined) return decoder;
  try {
    decoder = new TextDecoder(charset);
    textDecoders.set(charset, decoder);
    return decoder;
  } catch {
    return null;
  }
}

/** The last one: most servers say the same again and again. */
let lastType: { contentType: string; charset: string | null; isPage: boolean } = {
  contentType: '',
  charset: null,
  isPage: false,
};

function typeOf(contentType: string): { charset: string | null; isPage: boolean } {
  if (contentType !== lastType.contentType) {
    const isPage = /^(text\/html|application\/xhtml)/i.test(contentType);
    lastType = { contentType, charset: charsetIn(contentType), isPage };
  }
  return lastType;
}

function charsetOfPage(bytes: Buffer): string | null {
  const start = bytes.toString('latin1', 0, META_BYTES);
  const meta = /<meta\b[^>]*?charset\s*=[^>]*>/i.exec(start);
  return meta === null ? null : charsetIn(meta[0]);
}

function charsetIn(text: string): string | null {
  return /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(text)?.[1] ?? null;
}

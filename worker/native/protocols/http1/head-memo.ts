/**
 * The head of the last response to requests of a kind. Most servers answer the same request with the same head again and again, but for a Date
 * that changes once a second; to see that it is the same takes a fraction of the time that reading it takes.
 */
import { type DocumentKind, documentKinds } from './response-grammar.ts';

/** What a head says. */
export interface HeadFacts {
  code: number;
  minorVersion: number;
  length: number;
  isChunked: boolean;
  closes: boolean;
  asksKeepAlive: boolean;
  found: number;
  document: DocumentKind;
  location: string | null;
  contentEncoding: string;
  /** Of a head whose text is wanted; null without one. */
  contentType: string | null;
  text: string;
}

/** Longer heads are read each time. */
const BYTES_MAX = 2_048;
/** Where so many heads in a row were new, only every so many is remembered: they hold something that is never the same. */
const MISSES_MAX = 8;
const MISSES_BETWEEN = 64;

export class HeadMemo implements HeadFacts {
  code = 0;
  minorVersion = 1;
  length = -1;
  isChunked = false;
  closes = false;
  asksKeepAlive = false;
  found = 0;
  document: DocumentKind = documentKinds.none;
  location: string | null = null;
  contentEncoding = '';
  contentType: string | null = null;
  text = '';

  /** Of the head; 0 as long as none is remembered. */
  bytes = 0;
  #bytes = new Uint8Array(0);
  #words = new Int32Array(0);
  #keepsText = false;
  #interests = 0;
  #misses = 0;

  /** `buffer[start]` and what follows is the head that is remembered, and was read with the same wishes. */
  matches(buffer: Buffer, start: number, end: number, keepsText: boolean, interests: number): boolean {
    if (keepsText === this.#keepsText && interests === this.#interests && this.#holds(buffer, start, end)) {
      this.#misses = 0;
      return true;
    }
    this.#misses++;
    return false;
  }

  /** The head from `start` to `end` says this. */
  remember(buffer: Buffer, start: number, end: number, facts: HeadFacts, keepsText: boolean, interests: number): void {
    const bytes = end - start;
    if (bytes > BYTES_MAX || (this.#misses > MISSES_MAX && this.#misses % MISSES_BETWEEN !== 0)) return;
    if (this.#bytes.length < bytes) {
      this.#words = new Int32Array((bytes + 3) >> 2);
      this.#bytes = new Uint8Array(this.#words.buffer);
    }
    this.#bytes.set(buffer.subarray(start, end));
    this.bytes = bytes;
    this.#keepsText = keepsText;
    this.#interests = interests;
    copyFacts(facts, this);
  }

  #holds(buffer: Buffer, start: number, end: number): boolean {
    const { bytes } = this;
    const words = (start & 3) === 0 ? wordsOf(buffer) : null;
    if (bytes === 0 || end - start < bytes || words === null) return false;
    const own = this.#words;
    const from = start >> 2;
    const whole = bytes >> 2;
    for (let index = 0; index < whole; index++) if (words[from + index] !== own[index]) return false;
    for (let index = whole << 2; index < bytes; index++) if (buffer[start + index] !== this.#bytes[index]) return false;
    return true;
  }
}

export function copyFacts(from: HeadFacts, to: HeadFacts): void {
  to.code = from.code;
  to.minorVersion = from.minorVersion;
  to.length = from.length;
  to.isChunked = from.isChunked;
  to.closes = from.closes;
  to.asksKeepAlive = from.asksKeepAlive;
  to.found = from.found;
  to.document = from.document;
  to.location = from.location;
  to.contentEncoding = from.contentEncoding;
  to.contentType = from.contentType;
  to.text = from.text;
}

/** All connections read into the same buffer. */
let lastBuffer: Buffer | null = null;
let lastWords: Int32Array | null = null;

/** The buffer in steps of four bytes; null where it does not begin at one. */
function wordsOf(buffer: Buffer): Int32Array | null {
  if (buffer !== lastBuffer) {
    lastBuffer = buffer;
    const isAligned = (buffer.byteOffset & 3) === 0;
    lastWords = isAligned ? new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2) : null;
  }
  return lastWords;
}

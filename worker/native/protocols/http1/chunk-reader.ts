/** Reads a chunked body up to the trailers: sizes, extensions (skipped), data (handed on). */
import { isTextByte, isTokenByte, type ResponseFault } from './response-grammar.ts';

/** Takes body bytes. */
export interface BodySink {
  /** `buffer[start]` to `buffer[end - 1]`, valid until `settle`. */
  append(buffer: Buffer, start: number, end: number): void;
  /** What was appended so far is about to be overwritten. */
  settle(): void;
}

const EXTENSION_BYTES_MAX = 16 * 1024;
/** Hexadecimal digits of a size below 2^52. */
const SIZE_DIGITS_MAX = 13;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;

/** An extension is `;name`, `;name=value` or `;name="value"`. */
const state = {
  size: 0,
  extensionStart: 1,
  extensionName: 2,
  extensionValue: 3,
  quotedValue: 4,
  quotedPair: 5,
  afterQuotedValue: 6,
  sizeLineFeed: 7,
  data: 8,
  dataReturn: 9,
  dataLineFeed: 10,
  complete: 11,
  failed: 12,
} as const;

export class ChunkReader {
  fault: ResponseFault | null = null;

  #state: number = state.complete;
  /** Size of the chunk, then what is still to come of it. */
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;

  begin(): void {
    this.fault = null;
    this.#beginChunk();
  }

  /** The empty last chunk is read; trailers follow. */
  get isComplete(): boolean {
    return this.#state === state.complete;
  }

  /** Reads until it is complete or wrong, or the bytes end; the position after the last byte read. */
  read(buffer: Buffer, start: number, end: number, sink: BodySink | null): number {
    let position = start;
    while (position < end && this.#state < state.complete) {
      if (this.#state === state.data) {
        const stop = Math.min(end, position + this.#size);
        sink?.append(buffer, position, stop);
        this.#size -= stop - position;
        if (this.#size === 0) this.#state = state.dataReturn;
        position = stop;
      } else {
        this.#readByte(buffer[position]!);
        position++;
      }
    }
    return position;
  }

  #beginChunk(): void {
    this.#state = state.size;
    this.#size = 0;
    this.#digits = 0;
    this.#extensionBytes = 0;
  }

  #readByte(byte: number): void {
    let isRight = true;
    switch (this.#state) {
      case state.size:
        isRight = this.#readSizeByte(byte);
        break;
      case state.sizeLineFeed:
        isRight = byte === LF;
        this.#state = this.#size > 0 ? state.data : state.complete;
        break;
      case state.dataReturn:
        isRight = byte === CR;
        this.#state = state.dataLineFeed;
        break;
      case state.dataLineFeed:
        isRight = byte === LF;
        this.#beginChunk();
        break;
      default:
        isRight = this.#readExtensionByte(byte) && ++this.#extensionBytes <= EXTENSION_BYTES_MAX;
    }
    if (isRight) return;
    this.fault = 'bad-chunk';
    this.#state = state.failed;
  }

  #readSizeByte(byte: number): boolean {
    const digit = hexadecimalDigit(byte);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      return ++this.#digits <= SIZE_DIGITS_MAX;
    }
    return this.#digits > 0 && this.#endElement(byte);
  }

  #readExtensionByte(byte: number): boolean {
    switch (this.#state) {
      case state.extensionStart:
        this.#state = state.extensionName;
        return isTokenByte(byte);
      case state.extensionName:
        if (byte !== EQUALS) return isTokenByte(byte) || this.#endElement(byte);
        this.#state = state.extensionValue;
        return true;
      case state.extensionValue:
        if (byte !== QUOTE) return isTokenByte(byte) || this.#endElement(byte);
        this.#state = state.quotedValue;
        return true;
      case state.quotedValue:
        if (byte === QUOTE) this.#state = state.afterQuotedValue;
        else if (byte === BACKSLASH) this.#state = state.quotedPair;
        return isTextByte(byte);
      case state.quotedPair:
        this.#state = state.quotedValue;
        return isTextByte(byte);
      default:
        return this.#endElement(byte);
    }
  }

  /** A byte behind a size, a name or a value that is not part of it. */
  #endElement(byte: number): boolean {
    if (byte === CR) this.#state = state.sizeLineFeed;
    else if (byte === SEMICOLON) this.#state = state.extensionStart;
    return byte === CR || byte === SEMICOLON;
  }
}

/** -1 when it is none. */
function hexadecimalDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

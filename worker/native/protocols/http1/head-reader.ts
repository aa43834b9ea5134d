/**
 * Reads the head of a response, or the trailers behind a chunked one: a byte loop that looks only at headers which say where the response
 * ends, whether the connection lives on, or where a redirect leads. All else is checked and skipped without making strings; where somebody is
 * interested in more of them, the head's text is kept if one of those is in it.
 */
import { limits } from '../../../../core/limits.ts';
import { copyFacts, type HeadFacts, type HeadMemo } from './head-memo.ts';
import { headerValue } from './head-text.ts';
import {
  bitOf,
  type DocumentKind,
  documentKindOf,
  documentKinds,
  type HeaderKind,
  headerKinds,
  isKeepAliveValue,
  isTextByte,
  isTokenByte,
  kindOfName,
  lastCodingIsChunked,
  listHolds,
  type ResponseFault,
} from './response-grammar.ts';

/** Digits of a length below 2^53. */
const LENGTH_DIGITS_MAX = 15;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const COLON = 58;

const VERSION = new TextEncoder().encode('HTTP/1.');
const USUAL_START = new TextEncoder().encode('HTTP/1.1 ');

/** Up to `statusLineFeed` they belong to the status line, from `complete` on there is nothing more to read. */
const state = {
  version: 0,
  minorVersion: 1,
  spaceBeforeCode: 2,
  code: 3,
  afterCode: 4,
  reason: 5,
  statusLineFeed: 6,
  headerStart: 7,
  name: 8,
  valueStart: 9,
  ignoredValue: 10,
  keptValue: 11,
  lengthDigits: 12,
  afterLength: 13,
  valueLineFeed: 14,
  lastLineFeed: 15,
  complete: 16,
  failed: 17,
} as const;

export class HeadReader implements HeadFacts {
  code = 0;
  minorVersion = 1;
  /** Value of Content-Length; -1 without one. */
  length = -1;
  isChunked = false;
  /** `Connection: close`. */
  closes = false;
  /** `Connection: keep-alive`. */
  asksKeepAlive = false;
  /** Those of the interesting headers that are in it, as bits. Content-Type counts when it is that of a document. */
  found = 0;
  /** Only if Content-Type is interesting. */
  document: DocumentKind = documentKinds.none;
  /** Value of the last Location header; null without one. */
  location: string | null = null;
  /** In lower case; empty without one. */
  contentEncoding = '';
  contentType: string | null = null;
  /** What is wrong; null as long as nothing is. */
  fault: ResponseFault | null = null;
  /** The bytes read, as text, if wanted: all of the head or of its beginning. */
  text = '';

  #state: number = state.complete;
  #keepsText = false;
  #interests = 0;
  #memo: HeadMemo | null = null;
  #isTrailer = false;
  #bytesLeft = 0;
  #hasTransferEncoding = false;
  /** Position within version or name, digits of code or length. */
  #index = 0;
  #kind: HeaderKind = headerKinds.other;
  /** Beginning of a name that was cut by the end of a read. */
  #partialName = '';
  /** Beginning of a kept value that was cut by the end of a read. */
  #value = '';

  /** Gets ready for a head, which may be that of `memo`. Its text is kept if `keepsText`, or if a header of `interests` (bits) is in it. */
  begin(keepsText: boolean, interests: number, memo: HeadMemo | null): void {
    this.#start(state.version, keepsText);
    this.#interests = interests;
    this.#memo = memo;
    this.found = 0;
    this.document = documentKinds.none;
    this.code = 0;
    this.length = -1;
    this.isChunked = false;
    this.closes = false;
    this.asksKeepAlive = false;
    this.location = null;
    this.contentEncoding = '';
    this.contentType = null;
    this.text = '';
    this.#isTrailer = false;
    this.#hasTransferEncoding = false;
  }

  /** Gets ready for the trailers of the head just read; they change nothing of what it said. */
  beginTrailers(): void {
    this.#start(state.headerStart, false);
    this.#interests = 0;
    this.#isTrailer = true;
  }

  get isComplete(): boolean {
    return this.#state === state.complete;
  }

  /** No byte of it has been read. */
  get isUntouched(): boolean {
    return this.#state === state.version && this.#index === 0;
  }

  /** Reads until it is complete or wrong, or the bytes end; the position after the last byte read. */
  read(buffer: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#bytesLeft);
    const isFirst = this.#bytesLeft === limits.responseHeadBytesMax;
    const memo = isFirst && !this.#isTrailer ? this.#memo : null;
    if (memo?.matches(buffer, start, stop, this.#keepsText, this.#interests)) {
      copyFacts(memo, this);
      this.#state = state.complete;
      return start + memo.bytes;
    }
    let position = start;
    while (position < stop && this.#state < state.complete) {
      if (this.#state === state.headerStart) position = this.#skipLines(buffer, position, stop);
      if (position === stop) break;
      if (this.#state <= state.statusLineFeed) position = this.#readStatusLine(buffer, position, stop);
      else if (this.#state === state.ignoredValue) position = this.#skipValue(buffer, position, stop);
      else if (this.#state === state.name) position = this.#readName(buffer, position, stop);
      else if (this.#state === state.keptValue) position = this.#readValue(buffer, position, stop);
      else position = this.#readByte(buffer[position]!, position);
    }
    this.#bytesLeft -= position - start;
    if (this.#bytesLeft === 0 && this.#state < state.complete) this.#fail('head-too-large');
    if (this.#keepsText || this.#mayInterest(isFirst)) this.text += buffer.toString('latin1', start, position);
    if (this.#state !== state.complete) return position;
    if (this.#keepsText) this.contentType = headerValue(this.text, 'content-type');
    memo?.remember(buffer, start, position, this, this.#keepsText, this.#interests);
    return position;
  }

  /** What was read is interesting, or what follows may be. */
  #mayInterest(isFirst: boolean): boolean {
    return this.#interests !== 0 && (this.found !== 0 || !isFirst || this.#state < state.complete);
  }

  #start(first: number, keepsText: boolean): void {
    this.#state = first;
    this.#keepsText = keepsText;
    this.#bytesLeft = limits.responseHeadBytesMax;
    this.#index = 0;
    this.fault = null;
  }

  #fail(fault: ResponseFault): void {
    this.fault = fault;
    this.#state = state.failed;
  }

  #failAt(fault: ResponseFault, position: number): number {
    this.#fail(fault);
    return position;
  }

  #readStatusLine(buffer: Buffer, start: number, end: number): number {
    let position = start;
    if (this.#state === state.version && this.#index === 0) position = this.#readStatusStart(buffer, start, end);
    for (; position < end; position++) {
      this.#readStatusByte(buffer[position]!);
      if (this.#state > state.statusLineFeed) return this.fault === null ? position + 1 : position;
    }
    return end;
  }

  /** The usual beginning, `HTTP/1.1 200 `, in one go; else nothing is read. */
  #readStatusStart(buffer: Buffer, start: number, end: number): number {
    if (end - start < USUAL_START.length + 4) return start;
    for (let index = 0; index < USUAL_START.length; index++) {
      if (buffer[start + index] !== USUAL_START[index]) return start;
    }
    const at = start + USUAL_START.length;
    const code = buffer[at]! * 100 + buffer[at + 1]! * 10 + buffer[at + 2]! - 111 * ZERO;
    const areDigits = isDigit(buffer[at]!) && isDigit(buffer[at + 1]!) && isDigit(buffer[at + 2]!);
    if (!areDigits || code < 100 || buffer[at + 3] !== SPACE) return start;
    this.code = code;
    this.minorVersion = 1;
    this.#state = state.reason;
    return at + 4;
  }

  #readStatusByte(byte: number): void {
    let isRight = true;
    switch (this.#state) {
      case state.version:
        // Servers that end a response with one line break too many put it before the next one.
        if (this.#index === 0 && (byte === CR || byte === LF)) return;
        isRight = byte === VERSION[this.#index];
        if (++this.#index === VERSION.length) this.#state = state.minorVersion;
        break;
      case state.minorVersion:
        isRight = byte === ZERO || byte === ZERO + 1;
        this.minorVersion = byte - ZERO;
        this.#state = state.spaceBeforeCode;
        break;
      case state.spaceBeforeCode:
        isRight = byte === SPACE;
        this.#index = 0;
        this.#state = state.code;
        break;
      case state.code:
        isRight = byte >= ZERO && byte <= NINE;
        this.code = this.code * 10 + byte - ZERO;
        if (++this.#index === 3) this.#state = state.afterCode;
        break;
      case state.afterCode:
        isRight = this.code >= 100 && (byte === SPACE || byte === CR);
        this.#state = byte === CR ? state.statusLineFeed : state.reason;
        break;
      case state.reason:
        isRight = byte !== LF;
        if (byte === CR) this.#state = state.statusLineFeed;
        break;
      default:
        isRight = byte === LF;
        this.#state = state.headerStart;
    }
    if (!isRight) this.#fail('bad-status-line');
  }

  /** States in which one byte decides. */
  #readByte(byte: number, position: number): number {
    switch (this.#state) {
      case state.headerStart:
        if (byte === CR) {
          this.#state = state.lastLineFeed;
          return position + 1;
        }
        this.#partialName = '';
        this.#state = state.name;
        return position;
      case state.valueStart:
        return this.#startValue(byte, position);
      case state.lengthDigits:
      case state.afterLength:
        return this.#readLength(byte, position);
      default:
        if (byte !== LF) return this.#failAt('bad-header', position);
        this.#state = this.#state === state.lastLineFeed ? state.complete : state.headerStart;
        return position + 1;
    }
  }

  /** Reads a name up to its colon, and finds out whether it is one that matters. */
  #readName(buffer: Buffer, start: number, end: number): number {
    let position = start;
    while (position < end && isTokenByte(buffer[position]!)) position++;
    if (position === end) {
      this.#partialName += buffer.toString('latin1', start, end);
      return end;
    }
    const isEmpty = position === start && this.#partialName === '';
    if (buffer[position] !== COLON || isEmpty) return this.#failAt('bad-header', position);
    if (this.#partialName === '') this.#kind = kindOfName(buffer, start, position);
    else {
      const name = Buffer.from(this.#partialName + buffer.toString('latin1', start, position), 'latin1');
      this.#kind = kindOfName(name, 0, name.length);
    }
    this.#state = state.valueStart;
    return position + 1;
  }

  /**
   * Skips lines that are whole, right and do not matter, which most are: without changing states for each part of them. Whatever is not so is
   * left, from the beginning of its line or behind its name, to the states.
   */
  #skipLines(buffer: Buffer, start: number, end: number): number {
    let lineStart = start;
    for (;;) {
      let position = lineStart;
      while (position < end && isTokenByte(buffer[position]!)) position++;
      if (position === end || position === lineStart || buffer[position] !== COLON) return lineStart;
      const kind = kindOfName(buffer, lineStart, position);
      position++;
      if (kind !== headerKinds.other && kind <= headerKinds.contentEncoding) {
        this.#kind = kind;
        this.#state = state.valueStart;
        return position;
      }
      const valueStart = position;
      while (position < end && isTextByte(buffer[position]!)) position++;
      if (position + 1 >= end || buffer[position] !== CR || buffer[position + 1] !== LF) return lineStart;
      if ((this.#interests & bitOf(kind)) !== 0) this.#find(kind, buffer, valueStart, position);
      lineStart = position + 2;
    }
  }

  /** A header that is interesting, with its value. */
  #find(kind: HeaderKind, buffer: Buffer, start: number, end: number): void {
    if (kind === headerKinds.contentType) {
      let position = start;
      while (position < end && (buffer[position] === SPACE || buffer[position] === TAB)) position++;
      this.document = documentKindOf(buffer, position, end);
      if (this.document === documentKinds.none) return;
    }
    this.found |= bitOf(kind);
  }

  /** The first byte of a value that is no white space, or its end. */
  #startValue(byte: number, position: number): number {
    if (byte === SPACE || byte === TAB) return position + 1;
    const isOther = this.#kind > headerKinds.contentEncoding && (this.#interests & bitOf(this.#kind)) === 0;
    if (this.#kind === headerKinds.other || isOther || (this.#isTrailer && this.#kind !== headerKinds.contentLength)) {
      this.#state = state.ignoredValue;
    } else if (this.#kind === headerKinds.contentLength) {
      if (this.length >= 0 || this.#hasTransferEncoding || this.#isTrailer)
        return this.#failAt('conflicting-length', position);
      this.length = 0;
      this.#index = 0;
      this.#state = state.lengthDigits;
    } else {
      this.#value = '';
      this.#state = state.keptValue;
    }
    return position;
  }

  #readLength(byte: number, position: number): number {
    if (byte >= ZERO && byte <= NINE && this.#state === state.lengthDigits) {
      if (this.#index++ === LENGTH_DIGITS_MAX) return this.#failAt('bad-length', position);
      this.length = this.length * 10 + byte - ZERO;
    } else if (this.#index === 0) return this.#failAt('bad-length', position);
    else if (byte === CR) this.#state = state.valueLineFeed;
    else if (byte === SPACE || byte === TAB) this.#state = state.afterLength;
    else return this.#failAt('bad-length', position);
    return position + 1;
  }

  #skipValue(buffer: Buffer, start: number, end: number): number {
    let position = start;
    while (position < end && isTextByte(buffer[position]!)) position++;
    if (position === end) return end;
    if (buffer[position] !== CR) return this.#failAt('bad-header', position);
    this.#state = state.valueLineFeed;
    return position + 1;
  }

  #readValue(buffer: Buffer, start: number, end: number): number {
    let position = start;
    while (position < end && isTextByte(buffer[position]!)) position++;
    if (position < end && buffer[position] !== CR) return this.#failAt('bad-header', position);
    const isWhole = position < end && this.#value === '';
    if (isWhole && this.#kind === headerKinds.connection && isKeepAliveValue(buffer, start, position)) {
      this.asksKeepAlive = true;
    } else {
      this.#value += buffer.toString('latin1', start, position);
      if (position === end) return end;
      this.#takeValue(this.#value.trim());
      if (this.fault !== null) return position;
    }
    this.#state = state.valueLineFeed;
    return position + 1;
  }

  #takeValue(value: string): void {
    if (this.#kind === headerKinds.connection) {
      if (listHolds(value, 'close')) this.closes = true;
      if (listHolds(value, 'keep-alive')) this.asksKeepAlive = true;
    } else if (this.#kind === headerKinds.transferEncoding) {
      if (this.length >= 0) this.#fail('conflicting-length');
      this.#hasTransferEncoding = true;
      this.isChunked = lastCodingIsChunked(value);
    } else if (this.#kind === headerKinds.location) this.location = value;
    else if (this.#kind === headerKinds.contentEncoding) this.contentEncoding = value.toLowerCase();
    else {
      const bytes = Buffer.from(value, 'latin1');
      this.#find(this.#kind, bytes, 0, bytes.length);
    }
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

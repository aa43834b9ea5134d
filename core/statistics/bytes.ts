/**
 * Whole numbers and texts as bytes: what the binary formats of this folder are made of. Numbers are little-endian base-128 varints
 * (7 bits a byte, the high bit says that more follow); texts have their length before them.
 */
import { LoadstarError } from '../errors.ts';

const VARINT_BYTES_MAX = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The error for bytes that are not what the format says. */
export function damaged(what: string): LoadstarError {
  return new LoadstarError('run_folder_invalid', `The segment is damaged: ${what}.`);
}

/** Bytes that grow as they are written. */
export class ByteWriter {
  bytes = new Uint8Array(4096);
  position = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  /** A whole number from 0 to 2^53 - 1; any other is a defect of the caller and throws `internal`. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new LoadstarError('internal', `${value} is no count: only whole numbers from 0 to 2^53 - 1 can be stored.`);
    }
    this.reserve(VARINT_BYTES_MAX);
    let rest = value;
    while (rest > 0x7fff_ffff) {
      this.bytes[this.position++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.bytes[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.position++] = rest;
  }

  /** A whole number of either sign, up to 2^52: 0, -1, 1, -2, ... become 0, 1, 2, 3, ... */
  signedVarint(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** Any string comes back as it was: UTF-8, or UTF-16 when it holds half a surrogate pair. Length in bytes * 2 + (UTF-16 ? 1 : 0). */
  text(value: string): void {
    if (value.isWellFormed()) {
      const encoded = encoder.encode(value);
      this.varint(encoded.length * 2);
      this.raw(encoded);
      return;
    }
    this.varint(value.length * 4 + 1);
    for (let i = 0; i < value.length; i++) {
      this.byte(value.charCodeAt(i) & 255);
      this.byte(value.charCodeAt(i) >>> 8);
    }
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Puts the length before what was written since `start`, as a varint, and returns the length. */
  prefixLength(start: number): void {
    const length = this.position - start;
    const lengthBytes = length < 128 ? 1 : length < 16384 ? 2 : length < 2097152 ? 3 : 4;
    this.reserve(lengthBytes);
    this.bytes.copyWithin(start + lengthBytes, start, this.position);
    this.position = start;
    this.varint(length);
    this.position += length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.position);
  }
}

/** Reads what `ByteWriter` wrote. Reading past `end` throws `run_folder_invalid`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  byte(): number {
    if (this.position >= this.end) throw damaged('it ends too early');
    return this.bytes[this.position++]!;
  }

  varint(): number {
    const first = this.byte();
    if (first < 128) return first;
    return this.#longVarint(first);
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A number of things of which each takes at least `bytesEach` bytes: more than what is left could hold is damage. */
  count(bytesEach: number): number {
    const value = this.varint();
    if (value * bytesEach > this.end - this.position) throw damaged('it counts more than it holds');
    return value;
  }

  text(): string {
    const header = this.varint();
    const length = Math.floor(header / 2);
    if (length > this.end - this.position) throw damaged('a text is longer than the rest');
    const from = this.position;
    this.position += length;
    if (header % 2 === 1) return this.#utf16(from, length);
    try {
      return decoder.decode(this.bytes.subarray(from, from + length));
    } catch {
      throw damaged('a text is not UTF-8');
    }
  }

  #utf16(from: number, length: number): string {
    if (length % 2 === 1) throw damaged('a text ends within a character');
    const parts: string[] = [];
    for (let at = from; at < from + length; at += 2) {
      parts.push(String.fromCharCode(this.bytes[at]! + this.bytes[at + 1]! * 256));
    }
    return parts.join('');
  }

  #longVarint(first: number): number {
    let value = first - 128;
    let scale = 128;
    for (let i = 1; i < VARINT_BYTES_MAX; i++) {
      const next = this.byte();
      value += (next & 127) * scale;
      if (next < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw damaged('a number is too large');
  }
}

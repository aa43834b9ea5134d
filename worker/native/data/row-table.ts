/**
 * The rows of a data file: its bytes as they are, and where each row begins. A row becomes texts when it is taken; those of small files, which are taken
 * again and again, stay texts.
 */
import { LoadstarError } from '../../../core/errors.ts';
import type { DataSource } from '../../../core/scenario/scenario.ts';
import { guessDelimiter } from './guess-delimiter.ts';
import { splitQuoted } from './split-quoted.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
/** Texts take some times the bytes of a file. */
const KEPT_BYTES_MAX = 256 * 1024;

export class RowTable {
  /** Names of the variables, in the order of the values. */
  readonly names: readonly string[];
  /** Rows, without a line of names. */
  readonly count: number;
  readonly delimiter: string;

  #bytes: Buffer;
  #encoding: BufferEncoding;
  #isQuoted: boolean;
  /** First and behind the last byte of each row in turn. */
  #bounds: Uint32Array;
  #first: number;
  /** Rows that were taken before, by index; null: they are not kept. */
  #kept: (readonly string[])[] | null;

  /** Throws `scenario_invalid` for an encoding that is not known, and for a file without rows. */
  constructor(source: DataSource, file: Uint8Array) {
    const { bytes, encoding } = decodable(source, file);
    this.#bytes = bytes;
    this.#encoding = encoding;
    this.#isQuoted = source.quoted;
    this.delimiter = delimiterOf(source, bytes.toString(encoding, 0, 16 * 1024));
    this.#bounds = source.quoted ? quotedRows(bytes, this.delimiter) : lines(bytes);
    this.#first = source.variableNames === null ? 1 : 0;
    this.count = this.#bounds.length / 2 - this.#first;
    this.#kept = bytes.length <= KEPT_BYTES_MAX ? [] : null;
    if (this.count <= 0) throw new LoadstarError('scenario_invalid', `The data source ${source.path} has no rows.`);
    this.names = source.variableNames ?? splitQuoted(this.#text(0), this.delimiter).map((name) => name.trim());
  }

  /** Values of row `index`, from 0. */
  row(index: number): readonly string[] {
    const known = this.#kept?.[index];
    if (known !== undefined) return known;
    const text = this.#text(index + this.#first);
    const values = this.#isQuoted ? splitQuoted(text, this.delimiter) : text.split(this.delimiter);
    if (this.#kept !== null) this.#kept[index] = values;
    return values;
  }

  #text(row: number): string {
    return this.#bytes.toString(this.#encoding, this.#bounds[row * 2], this.#bounds[row * 2 + 1]);
  }
}

function delimiterOf({ delimiter }: DataSource, head: string): string {
  if (delimiter === null) return guessDelimiter(head);
  return delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter;
}

/** Bytes in which line breaks, quotes and delimiters are single bytes, without a mark of their order. */
function decodable({ encoding, path }: DataSource, file: Uint8Array): { bytes: Buffer; encoding: BufferEncoding } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  switch (encoding?.toLowerCase() ?? 'utf-8') {
    case 'utf-8':
    case 'utf8':
      return {
        bytes: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes,
        encoding: 'utf8',
      };
    case 'iso-8859-1':
    case 'latin1':
    case 'us-ascii':
      return { bytes, encoding: 'latin1' };
    default:
      return { bytes: Buffer.from(decode(bytes, encoding ?? '', path), 'utf8'), encoding: 'utf8' };
  }
}

function decode(bytes: Buffer, encoding: string, path: string): string {
  // Without a mark, Java's UTF-16 has the higher byte first.
  const isPlain16 = /^utf-?16$/i.test(encoding);
  const name = isPlain16 ? (bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-16be') : encoding;
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(name);
  } catch (cause) {
    throw new LoadstarError(
      'scenario_invalid',
      `The data source ${path} has the encoding '${encoding}', which is not known.`,
      { cause },
    );
  }
  return decoder.decode(bytes);
}

/** Lines that are not empty. */
function lines(bytes: Buffer): Uint32Array {
  const bounds = new Bounds();
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== undefined && byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
    if (at > start) bounds.add(start, at);
    start = at + 1;
  }
  return bounds.all();
}

/** Lines that are not empty; those in quotes go on over line breaks. */
function quotedRows(bytes: Buffer, delimiter: string): Uint32Array {
  const bounds = new Bounds();
  const separator = delimiter.charCodeAt(0);
  let start = 0;
  let isQuoted = false;
  let isFieldStart = true;
  let closedAt = -1;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at];
    if (isQuoted && byte !== undefined) {
      if (byte === QUOTE) {
        isQuoted = false;
        closedAt = at;
      }
      continue;
    }
    // Two in a row are one in the value: the second one opens again.
    if (byte === QUOTE && (isFieldStart || closedAt === at - 1)) isQuoted = true;
    else if (byte === undefined || byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      if (at > start) bounds.add(start, at);
      start = at + 1;
    }
    isFieldStart = at + 1 === start || byte === separator;
  }
  return bounds.all();
}

/** Pairs of numbers, as many as there are. */
class Bounds {
  #pairs = new Uint32Array(1_024);
  #length = 0;

  add(start: number, end: number): void {
    if (this.#length === this.#pairs.length) {
      const longer = new Uint32Array(this.#pairs.length * 2);
      longer.set(this.#pairs);
      this.#pairs = longer;
    }
    this.#pairs[this.#length++] = start;
    this.#pairs[this.#length++] = end;
  }

  all(): Uint32Array {
    return this.#pairs.slice(0, this.#length);
  }
}

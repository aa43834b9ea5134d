/** One row of comma-separated values in bytes: where its fields are. A field in quotes may hold commas, ends of lines and doubled quotes. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MINUS = 0x2d;
const DOT = 0x2e;
/** Further fields of a row are not looked at. */
const COLUMNS_MAX = 128;

export class CsvRow {
  /** Fields of the row that was read last. */
  columns = 0;
  readonly #starts = new Int32Array(COLUMNS_MAX);
  readonly #ends = new Int32Array(COLUMNS_MAX);
  #bytes: Buffer = Buffer.alloc(0);

  /** Reads the row that begins at `from`. Offset of the next one, or -1 when the bytes up to `to` hold no whole row. */
  read(bytes: Buffer, from: number, to: number): number {
    this.#bytes = bytes;
    let column = 0;
    for (let at = from; at < to; at++) {
      const start = at;
      if (bytes[at] === QUOTE) {
        at = endOfQuoted(bytes, at, to);
        if (at < 0) return -1;
      }
      while (at < to && bytes[at] !== COMMA && bytes[at] !== LINE_FEED) at++;
      if (at >= to) return -1;
      const isLast = bytes[at] === LINE_FEED;
      if (column < COLUMNS_MAX) {
        this.#starts[column] = start;
        this.#ends[column] = isLast && at > start && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
        column++;
      }
      if (isLast) {
        this.columns = column;
        return at + 1;
      }
    }
    return -1;
  }

  start(column: number): number {
    return this.#starts[column]!;
  }

  end(column: number): number {
    return this.#ends[column]!;
  }

  /** True for a field that holds nothing, and for one that the row has not. */
  isEmpty(column: number): boolean {
    return column < 0 || column >= this.columns || this.#starts[column] === this.#ends[column];
  }

  /** A field of decimal digits, maybe with a sign and a fraction; NaN for anything else. */
  number(column: number): number {
    if (column < 0 || column >= this.columns) return Number.NaN;
    const bytes = this.#bytes;
    const end = this.#ends[column]!;
    let at = this.#starts[column]!;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    if (at === end) return Number.NaN;
    let value = 0;
    let scale = 0;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === DOT && scale === 0) scale = 1;
      else if (byte < 0x30 || byte > 0x39) return Number.NaN;
      else {
        value = value * 10 + (byte - 0x30);
        scale *= 10;
      }
    }
    const magnitude = scale > 1 ? value / scale : value;
    return isNegative ? -magnitude : magnitude;
  }

  /** True when the field is exactly this ASCII word. */
  is(column: number, word: string): boolean {
    if (column < 0 || column >= this.columns) return false;
    const start = this.#starts[column]!;
    if (this.#ends[column]! - start !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.#bytes[start + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  /** The field's text without its quotes; empty for one that the row has not. */
  text(column: number): string {
    if (this.isEmpty(column)) return '';
    const start = this.#starts[column]!;
    const end = this.#ends[column]!;
    if (this.#bytes[start] !== QUOTE) return this.#bytes.toString('utf8', start, end);
    return this.#bytes.toString('utf8', start + 1, end - 1).replaceAll('""', '"');
  }
}

/** Offset behind the closing quote; -1 when it is not there yet. */
function endOfQuoted(bytes: Buffer, from: number, to: number): number {
  let at = from + 1;
  for (;;) {
    while (at < to && bytes[at] !== QUOTE) at++;
    // What follows a quote says whether it is the closing one.
    if (at + 1 >= to) return -1;
    if (bytes[at + 1] !== QUOTE) return at + 1;
    at += 2;
  }
}

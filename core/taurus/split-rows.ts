/** The rows of a data file that are one task's. */
import type { Share } from '../plan/share.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
/** What stands between values: a quote behind one of them opens a value. */
const DELIMITERS: ReadonlySet<number> = new Set([0x2c, 0x3b, 0x09, 0x7c]);

/**
 * The rows that are in the share, in the order of the file, byte by byte as they are; the first one goes to every task when it names the
 * columns. A row within quotes may hold line breaks, as in RFC 4180. Empty lines are left out, a last row without an end gets one. The
 * parts of all tasks hold each row once.
 */
export function partOfRows(content: Uint8Array, share: Share, hasHeader: boolean): Uint8Array {
  const rows = rowsOf(content);
  const header = hasHeader ? rows.slice(0, 1) : [];
  const data = rows.slice(header.length);
  const own = Array.from({ length: share.countBelow(data.length) }, (_, i) => data[share.index(i)]!);
  const parts = [...header, ...own].map(({ start, end }) => content.subarray(start, end));
  const last = rows.at(-1);
  const isUnended = last !== undefined && content[last.end - 1] !== LINE_FEED;
  const usesReturns = content.indexOf(CARRIAGE_RETURN) >= 0;
  const ending = Uint8Array.from(usesReturns ? [CARRIAGE_RETURN, LINE_FEED] : [LINE_FEED]);
  return joined(parts.flatMap((part) => (isUnended && part.at(-1) !== LINE_FEED ? [part, ending] : [part])));
}

interface Row {
  start: number;
  end: number;
}

/** With what ends them. A quote that is never closed is a character as any other. */
function rowsOf(content: Uint8Array): Row[] {
  return rowsWithQuotes(content) ?? rowsAt(content, () => false);
}

function rowsWithQuotes(content: Uint8Array): Row[] | null {
  let isInside = false;
  const rows = rowsAt(content, (at) => {
    if (content[at] === QUOTE) {
      const before = at === 0 ? LINE_FEED : content[at - 1]!;
      if (!isInside) isInside = before === LINE_FEED || DELIMITERS.has(before);
      // Two of them stand for one.
      else if (content[at + 1] === QUOTE) return 'skip';
      else isInside = false;
    }
    return isInside;
  });
  return isInside ? null : rows;
}

/** `isInside` is told each offset in turn; `skip`: the next one is not looked at. */
function rowsAt(content: Uint8Array, isInside: (at: number) => boolean | 'skip'): Row[] {
  const rows: Row[] = [];
  let start = 0;
  let isEmpty = true;
  for (let at = 0; at < content.length; at++) {
    const inside = isInside(at);
    const byte = content[at]!;
    if (inside === 'skip') at++;
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) isEmpty = false;
    if (byte !== LINE_FEED || inside !== false) continue;
    if (!isEmpty) rows.push({ start, end: at + 1 });
    start = at + 1;
    isEmpty = true;
  }
  if (!isEmpty) rows.push({ start, end: content.length });
  return rows;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

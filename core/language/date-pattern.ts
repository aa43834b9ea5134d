/**
 * Patterns of dates as Java writes them: SimpleDateFormat's (`simple`: __time, __dateTimeConvert) and DateTimeFormatter's (`modern`:
 * __timeShift, __RandomDate), which share most letters. Dates are those of the machine's time zone.
 */
import { type DateNames, dateNamesOf } from './date-names.ts';

export type PatternStyle = 'simple' | 'modern';

export interface ReadDate {
  /** Milliseconds since 1970; the date is taken for one of the machine's zone, whatever its offset. */
  ms: number;
  /** As it was written. */
  offset: string | null;
}

export interface DatePattern {
  /** `offset` is printed instead of the machine's. */
  format(ms: number, offset?: string | null): string;
  /** Null for what the pattern does not describe. `nowMs` fills in what it leaves open. */
  parse(text: string, nowMs: number): ReadDate | null;
  /** Whether it has any of the letters. */
  has(letters: string): boolean;
}

type Field = { letter: string; count: number };
type Piece = { literal: string } | Field;

const SUPPORTED: Record<PatternStyle, string> = { simple: 'yYuMLdDEHkKhmsSawzZX', modern: 'yYuMLdDEHkKhmsSawzZXx' };

/** What is wrong with a pattern; null when nothing is. */
export function patternProblem(pattern: string, style: PatternStyle, locale = ''): string | null {
  const made = compileDatePattern(pattern, style, locale);
  return typeof made === 'string' ? made : null;
}

/** The pattern, or what is wrong with it. */
export function compileDatePattern(pattern: string, style: PatternStyle, locale = ''): DatePattern | string {
  const pieces = piecesOf(pattern);
  if (typeof pieces === 'string') return pieces;
  const names = dateNamesOf(locale);
  if (names === null) return `there is no locale ${locale}`;
  for (const piece of pieces) {
    if ('letter' in piece && !isSupported(piece.letter, piece.count, style)) {
      return `${piece.letter.repeat(piece.count)} in the date pattern ${pattern} is not supported`;
    }
  }
  return {
    format: (ms, given = null) => formatPieces(pieces, style, names, new Date(ms), given),
    parse: (text, nowMs) => parsePieces(pieces, names, text, nowMs),
    has: (letters) => pieces.some((piece) => 'letter' in piece && letters.includes(piece.letter)),
  };
}

function isSupported(letter: string, count: number, style: PatternStyle): boolean {
  if (!SUPPORTED[style].includes(letter)) return false;
  if (letter === 'E' || letter === 'M' || letter === 'L') return count <= 4;
  if (letter === 'Z') return count <= (style === 'simple' ? 1 : 3);
  if (letter === 'X' || letter === 'x') return count <= 3;
  if (letter === 'a') return count === 1;
  return count <= 9;
}

function piecesOf(pattern: string): Piece[] | string {
  const pieces: Piece[] = [];
  const found = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g;
  for (const match of pattern.matchAll(found)) {
    const [written, quoted, letter] = match;
    if (written === "'") return `a quote is open in the date pattern ${pattern}`;
    if (letter !== undefined) pieces.push({ letter, count: written.length });
    else if (written === "''") pieces.push({ literal: "'" });
    else pieces.push({ literal: quoted?.replaceAll("''", "'") ?? written });
  }
  return pieces;
}

function formatPieces(
  pieces: readonly Piece[],
  style: PatternStyle,
  names: DateNames,
  date: Date,
  given: string | null,
): string {
  let text = '';
  for (const piece of pieces) {
    if ('literal' in piece) text += piece.literal;
    else if (given !== null && 'ZXx'.includes(piece.letter)) text += given;
    else text += field(piece.letter, piece.count, style, names, date);
  }
  return text;
}

function field(letter: string, count: number, style: PatternStyle, names: DateNames, date: Date): string {
  switch (letter) {
    case 'u':
      return style === 'simple' ? padded(date.getDay() || 7, count) : year(date.getFullYear(), count);
    case 'y':
      return year(date.getFullYear(), count);
    case 'Y':
      return year(saturdayOf(date).getFullYear(), count);
    case 'w':
      return padded(Math.ceil(dayOfYear(saturdayOf(date)) / 7), count);
    case 'M':
    case 'L':
      if (count > 2) return (count === 3 ? names.monthsShort : names.months)[date.getMonth()] ?? '';
      return padded(date.getMonth() + 1, count);
    case 'd':
      return padded(date.getDate(), count);
    case 'D':
      return padded(dayOfYear(date), count);
    case 'E':
      return (count < 4 ? names.daysShort : names.days)[date.getDay()] ?? '';
    case 'a':
      return names.halves[date.getHours() < 12 ? 0 : 1];
    case 'S':
      return fraction(date.getMilliseconds(), count, style);
    case 'z':
      return zoneName(date, count);
    case 'Z':
      return offset(date, '', '+0000');
    case 'X':
    case 'x':
      return zoneOffset(letter, count, date);
    default:
      return padded(clockField(letter, date), count);
  }
}

function clockField(letter: string, date: Date): number {
  switch (letter) {
    case 'H':
      return date.getHours();
    case 'k':
      return date.getHours() || 24;
    case 'K':
      return date.getHours() % 12;
    case 'h':
      return date.getHours() % 12 || 12;
    case 'm':
      return date.getMinutes();
    default:
      return date.getSeconds();
  }
}

function padded(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

function year(value: number, count: number): string {
  return count === 2 ? padded(value % 100, 2) : padded(value, count);
}

function fraction(milliseconds: number, count: number, style: PatternStyle): string {
  if (style === 'simple') return padded(milliseconds, count);
  return `${padded(milliseconds, 3)}000000`.slice(0, count);
}

/** Weeks begin on Sunday, and the first one of a year is that of January 1st. */
function saturdayOf(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 6 - date.getDay());
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1);
  return (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000 + 1;
}

function zoneName(date: Date, count: number): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZoneName: count < 4 ? 'short' : 'long' });
  return format.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function zoneOffset(letter: string, count: number, date: Date): string {
  const zero = letter === 'X' ? 'Z' : '';
  if (count === 1) return offset(date, '', zero || '+00').replace(/^(.\d\d)00$/, '$1');
  return offset(date, count === 3 ? ':' : '', zero || (count === 3 ? '+00:00' : '+0000'));
}

function offset(date: Date, separator: string, zero: string): string {
  const minutes = -date.getTimezoneOffset();
  if (minutes === 0) return zero;
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${separator}${padded(size % 60, 2)}`;
}

/** Letters of numbers that are read, and the place of each in a date's parts: year, month, day, hour, minute, second, millisecond. */
const readable: Record<string, number> = { y: 0, u: 0, M: 1, L: 1, d: 2, H: 3, m: 4, s: 5, S: 6, h: 3, k: 3, K: 3 };

interface Reading {
  readonly text: string;
  at: number;
  readonly parts: (number | undefined)[];
  weekday: number | null;
  isAfternoon: boolean | null;
  offset: string | null;
}

function parsePieces(pieces: readonly Piece[], names: DateNames, text: string, nowMs: number): ReadDate | null {
  const reading: Reading = { text, at: 0, parts: [], weekday: null, isAfternoon: null, offset: null };
  for (const [index, piece] of pieces.entries()) {
    if ('letter' in piece) {
      if (!readField(reading, piece, pieces[index + 1], names)) return null;
    } else if (text.startsWith(piece.literal, reading.at)) {
      reading.at += piece.literal.length;
    } else {
      return null;
    }
  }
  if (reading.at < text.length) return null;
  const { parts, isAfternoon, weekday } = reading;
  if (isAfternoon !== null && parts[3] !== undefined) parts[3] = (parts[3] % 12) + (isAfternoon ? 12 : 0);
  const date = dateOf(parts, new Date(nowMs));
  if (date === null || (weekday !== null && date.getDay() !== weekday)) return null;
  return { ms: date.getTime(), offset: reading.offset };
}

/** Reads on by one field; false when it is not there. */
function readField(reading: Reading, piece: Field, next: Piece | undefined, names: DateNames): boolean {
  const { letter, count } = piece;
  const rest = reading.text.slice(reading.at);
  if ('zZXx'.includes(letter)) {
    const offset = /^(?:Z|[+-]\d\d(?::?\d\d)?)/.exec(rest)?.[0];
    reading.at += offset?.length ?? 0;
    reading.offset = offset ?? null;
    return offset !== undefined;
  }
  const list = listOf(letter, count, names);
  if (list !== null) {
    const found = list.findIndex((name) => name !== '' && rest.startsWith(name));
    if (letter === 'a') reading.isAfternoon = found === 1;
    else if (letter === 'E') reading.weekday = found;
    else reading.parts[1] = found + 1;
    reading.at += list[found]?.length ?? 0;
    return found >= 0;
  }
  const place = readable[letter];
  const digits = digitsOf(rest, piece, next);
  if (place === undefined || digits === null) return false;
  reading.at += digits.length;
  if (letter === 'S') reading.parts[place] = Math.floor(Number(`0.${digits}`) * 1000 + 1e-6);
  else reading.parts[place] = Number(digits) + (place === 0 && count === 2 ? 2000 : 0);
  return true;
}

function listOf(letter: string, count: number, names: DateNames): readonly string[] | null {
  if (letter === 'a') return names.halves;
  if (letter === 'E') return count < 4 ? names.daysShort : names.days;
  if ((letter === 'M' || letter === 'L') && count > 2) return count === 3 ? names.monthsShort : names.months;
  return null;
}

/** A number of more than one letter has as many digits as letters; others have as many as there are. */
function digitsOf(rest: string, { letter, count }: Field, next: Piece | undefined): string | null {
  const digits = /^\d+/.exec(rest)?.[0];
  if (digits === undefined) return null;
  const isFixed = count > 1 || letter === 'S';
  if (!isFixed) return digits.slice(0, 9);
  const isAlone = next === undefined || 'literal' in next;
  if (digits.length < count || (isAlone && digits.length > count)) return null;
  return digits.slice(0, count);
}

/** What is left open is as it is now, or the first one; a day after the month's last one is the last one. */
function dateOf(parts: readonly (number | undefined)[], now: Date): Date | null {
  const isOpen = parts[0] === undefined;
  const year = parts[0] ?? now.getFullYear();
  const month = parts[1] ?? (isOpen ? now.getMonth() + 1 : 1);
  const day = parts[2] ?? (isOpen && parts[1] === undefined ? now.getDate() : 1);
  const [, , , hour = 0, minute = 0, second = 0, millisecond = 0] = parts;
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if (month < 1 || month > 12 || day < 1 || day > 31 || minute > 59 || second > 59) return null;
  if (hour > 23 && !isMidnight) return null;
  const lastDay = new Date(year, month, 0).getDate();
  const date = new Date(year, month - 1, Math.min(day, lastDay), hour, minute, second, millisecond);
  if (year < 100) date.setFullYear(year);
  return date;
}

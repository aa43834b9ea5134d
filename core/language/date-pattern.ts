/**
 * Patterns of dates as Java writes them: SimpleDateFormat's (`simple`: __time, __dateTimeConvert) and DateTimeFormatter's (`modern`:
 * __timeShift, __RandomDate), which share most letters. Dates are those of the machine's time zone.
 */
import { type DateNames, dateNamesOf } from './date-names.ts';

export type PatternStyle = 'simple' | 'modern';

export interface DatePattern {
  format(ms: number): string;
  /** Milliseconds since 1970; null for what the pattern does not describe. `nowMs` fills in what it leaves open. */
  parse(text: string, nowMs: number): number | null;
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
    format: (ms) => formatPieces(pieces, style, names, new Date(ms)),
    parse: (text, nowMs) => parsePieces(pieces, style, names, text, nowMs),
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

function formatPieces(pieces: readonly Piece[], style: PatternStyle, names: DateNames, date: Date): string {
  let text = '';
  for (const piece of pieces)
    text += 'literal' in piece ? piece.literal : field(piece.letter, piece.count, style, names, date);
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
const readable: Record<string, number> = { y: 0, M: 1, L: 1, d: 2, H: 3, m: 4, s: 5, S: 6, h: 3, k: 3, K: 3 };

function parsePieces(
  pieces: readonly Piece[],
  style: PatternStyle,
  names: DateNames,
  text: string,
  nowMs: number,
): number | null {
  const parts: (number | undefined)[] = [];
  let at = 0;
  let isAfternoon: boolean | null = null;
  for (const [index, piece] of pieces.entries()) {
    const rest = text.slice(at);
    if ('literal' in piece) {
      if (!rest.startsWith(piece.literal)) return null;
      at += piece.literal.length;
      continue;
    }
    const { letter, count } = piece;
    const list = listOf(letter, count, names);
    if (list !== null) {
      const found = list.findIndex((name) => name !== '' && rest.toLowerCase().startsWith(name.toLowerCase()));
      if (found < 0 || (style === 'modern' && letter !== 'M')) return null;
      if (letter === 'a') isAfternoon = found === 1;
      else if (letter !== 'E') parts[1] = found + 1;
      at += list[found]?.length ?? 0;
      continue;
    }
    const place = readable[letter];
    if (place === undefined || (style === 'modern' && 'hkK'.includes(letter))) return null;
    const digits = digitsOf(rest, piece, pieces[index + 1], style);
    if (digits === null) return null;
    at += digits.length;
    parts[place] =
      letter === 'y' && count === 2 && digits.length === 2 ? nearYear(Number(digits), nowMs) : Number(digits);
  }
  if (style === 'modern' && at < text.length) return null;
  if (isAfternoon !== null && parts[3] !== undefined) parts[3] = (parts[3] % 12) + (isAfternoon ? 12 : 0);
  return instantOf(parts, style, nowMs);
}

function listOf(letter: string, count: number, names: DateNames): readonly string[] | null {
  if (letter === 'a') return names.halves;
  if (letter === 'E') return count < 4 ? names.daysShort : names.days;
  if ((letter === 'M' || letter === 'L') && count > 2) return count === 3 ? names.monthsShort : names.months;
  return null;
}

/** A number that another one follows at once has as many digits as its letters. */
function digitsOf(rest: string, piece: Field, next: Piece | undefined, style: PatternStyle): string | null {
  const isFixed = (next !== undefined && 'letter' in next) || (style === 'modern' && piece.count > 1);
  const digits = /^\d+/.exec(rest)?.[0];
  if (digits === undefined) return null;
  if (!isFixed) return digits;
  return digits.length < piece.count ? null : digits.slice(0, piece.count);
}

/** Of the years that end so, the one from 80 years ago to 20 years ahead. */
function nearYear(ending: number, nowMs: number): number {
  const first = new Date(nowMs).getFullYear() - 80;
  return first + ((((ending - first) % 100) + 100) % 100);
}

function instantOf(parts: readonly (number | undefined)[], style: PatternStyle, nowMs: number): number | null {
  const now = new Date(nowMs);
  const isToday = style === 'modern';
  const fullYear = parts[0] ?? (isToday ? now.getFullYear() : 1970);
  const month = parts[1] ?? (isToday && parts[0] === undefined ? now.getMonth() + 1 : 1);
  const day = parts[2] ?? (isToday && parts[0] === undefined && parts[1] === undefined ? now.getDate() : 1);
  const [, , , hour = 0, minute = 0, second = 0, millisecond = 0] = parts;
  const date = new Date(fullYear, month - 1, day, hour % 24, minute, second, millisecond);
  if (fullYear < 100) date.setFullYear(fullYear);
  const isSame = date.getMonth() === month - 1 && date.getDate() === day && hour <= 24 && minute < 60 && second < 60;
  return isSame ? date.getTime() : null;
}

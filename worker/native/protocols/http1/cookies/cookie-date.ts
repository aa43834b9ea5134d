/** Dates of cookies, in any of the forms that servers write (RFC 6265, 5.1.1). */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const delimiters = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const timeToken = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const dayToken = /^(\d{1,2})(?:\D|$)/;
const yearToken = /^(\d{2,4})(?:\D|$)/;
const DATE_CHARACTERS_MAX = 200;

interface Parts {
  time: [number, number, number] | null;
  day: number | null;
  month: number | null;
  year: number | null;
}

/** Milliseconds since 1970; null when it is no date. */
export function parseCookieDate(text: string): number | null {
  const parts: Parts = { time: null, day: null, month: null, year: null };
  for (const token of text.slice(0, DATE_CHARACTERS_MAX).split(delimiters)) readToken(token, parts);
  const { time, day, month } = parts;
  if (time === null || day === null || month === null || parts.year === null) return null;
  const year = parts.year >= 100 ? parts.year : parts.year + (parts.year >= 70 ? 1900 : 2000);
  const [hours, minutes, seconds] = time;
  if (day < 1 || day > 31 || year < 1601 || hours > 23 || minutes > 59 || seconds > 59) return null;
  return Date.UTC(year, month, day, hours, minutes, seconds);
}

/** Each part is what comes first and looks like it. */
function readToken(token: string, parts: Parts): void {
  const time = parts.time === null ? timeToken.exec(token) : null;
  if (time !== null) {
    parts.time = [Number(time[1]), Number(time[2]), Number(time[3])];
    return;
  }
  const day = parts.day === null ? dayToken.exec(token)?.[1] : undefined;
  if (day !== undefined) {
    parts.day = Number(day);
    return;
  }
  const month = parts.month === null ? months.indexOf(token.slice(0, 3).toLowerCase()) : -1;
  if (month >= 0) {
    parts.month = month;
    return;
  }
  const year = parts.year === null ? yearToken.exec(token)?.[1] : undefined;
  if (year !== undefined) parts.year = Number(year);
}

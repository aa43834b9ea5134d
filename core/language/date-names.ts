/** Names of months and days in a language. */

export interface DateNames {
  months: readonly string[];
  monthsShort: readonly string[];
  /** From Sunday. */
  days: readonly string[];
  daysShort: readonly string[];
  /** Before and after noon. */
  halves: readonly [string, string];
}

const known = new Map<string, DateNames | null>();

/** `locale` as Java writes it (`fr_FR`); empty: English. Null for one that is not known. */
export function dateNamesOf(locale: string): DateNames | null {
  let names = known.get(locale);
  if (names === undefined) {
    names = readNames(locale === '' ? 'en-US' : locale.replaceAll('_', '-'));
    if (known.size < 100) known.set(locale, names);
  }
  return names;
}

function readNames(tag: string): DateNames | null {
  try {
    if (Intl.DateTimeFormat.supportedLocalesOf([tag]).length === 0) return null;
  } catch {
    return null;
  }
  const named = (options: Intl.DateTimeFormatOptions, part: string, month: number, day: number, hour = 0): string => {
    const format = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', ...options });
    const date = new Date(Date.UTC(2023, month, day, hour));
    return format.formatToParts(date).find(({ type }) => type === part)?.value ?? '';
  };
  const months = (style: 'long' | 'short'): string[] =>
    Array.from({ length: 12 }, (_, month) => named({ day: 'numeric', month: style }, 'month', month, 1));
  // The first day of 2023 was a Sunday.
  const days = (style: 'long' | 'short'): string[] =>
    Array.from({ length: 7 }, (_, day) => named({ weekday: style }, 'weekday', 0, day + 1));
  const half = (hour: number): string => named({ hour: 'numeric', hour12: true }, 'dayPeriod', 0, 1, hour);
  return {
    months: months('long'),
    monthsShort: months('short'),
    days: days('long'),
    daysShort: days('short'),
    halves: [half(1), half(13)],
  };
}

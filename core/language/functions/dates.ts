/** Functions of time. */
import { compileDatePattern, type DatePattern, type PatternStyle, patternProblem } from '../date-pattern.ts';
import { type FunctionDefinition, remembered } from './function.ts';

const aliases: Record<string, string> = { YMD: 'yyyyMMdd', HMS: 'HHmmss', YMDHMS: 'yyyyMMdd-HHmmss' };
const DAY_MS = 86_400_000;

const patterns: Record<PatternStyle, (key: string) => DatePattern | null> = {
  simple: remembered((key) => patternOf(key, 'simple')),
  modern: remembered((key) => patternOf(key, 'modern')),
};

/** `key`: the locale, a line break, the pattern. */
function patternOf(key: string, style: PatternStyle): DatePattern | null {
  const end = key.indexOf('\n');
  const made = compileDatePattern(key.slice(end + 1), style, key.slice(0, end));
  return typeof made === 'string' ? null : made;
}

const simple = (pattern: string): DatePattern | null => patterns.simple(`\n${pattern}`);
const modern = (pattern: string, locale: string): DatePattern | null => patterns.modern(`${locale.trim()}\n${pattern}`);

export const dateFunctions: Record<string, FunctionDefinition> = {
  __time: {
    usage: '__time(pattern,variable)',
    gives:
      'now: milliseconds since 1970, divided by n for /n, or by a date pattern (YMD, HMS and YMDHMS are known too)',
    fewest: 0,
    most: 2,
    result: 1,
    changes: true,
    problem: ([pattern = '']) =>
      pattern === null || pattern === '' || /^\/\d+$/.test(pattern)
        ? null
        : patternProblem(aliases[pattern] ?? pattern, 'simple'),
    run([pattern = ''], { context }) {
      const now = Math.floor(context.nowMs());
      if (pattern === '') return String(now);
      const divisor = /^\/(\d+)$/.exec(pattern)?.[1];
      if (divisor !== undefined) return Number(divisor) === 0 ? null : String(Math.floor(now / Number(divisor)));
      return simple(aliases[pattern] ?? pattern)?.format(now) ?? null;
    },
  },
  __timeShift: {
    usage: '__timeShift(pattern,date,amount,locale,variable)',
    gives:
      'the date (now when empty) shifted by an amount as P2D or -PT1H30M; milliseconds since 1970 without a pattern',
    fewest: 4,
    most: 5,
    result: 4,
    changes: true,
    problem([pattern = '', , amount = '', locale = '']) {
      if (amount !== null && amount !== '' && durationMs(amount) === null) {
        return `${amount} is no amount of time; it is written as P2D, PT12H or -PT1H30M10S`;
      }
      return pattern === null || locale === null ? null : patternProblem(pattern, 'modern', locale.trim());
    },
    run(values, { context }) {
      const [pattern = '', date = '', amount = '', locale = ''] = values.map((value) => value.trim());
      const now = Math.floor(context.nowMs());
      const shift = amount === '' ? 0 : (durationMs(amount) ?? 0);
      if (pattern === '') return String((/^-?\d{1,15}$/.test(date) ? Number(date) : now) + shift);
      const made = modern(pattern, locale);
      if (made === null) return null;
      // JMeter does not read dates of such patterns, and shifts the present instead.
      const read = date === '' || made.has('ahkKSuD') ? null : made.parse(date.trim(), now);
      return made.format((read?.ms ?? now) + shift, read?.offset);
    },
  },
  __dateTimeConvert: {
    usage: '__dateTimeConvert(date,pattern,new pattern,variable)',
    gives: 'the date in another pattern; without the first pattern it is read as milliseconds since 1970',
    fewest: 3,
    most: 4,
    result: 3,
    changes: true,
    problem([, from = '', to = '']) {
      const fromProblem = from === null ? null : patternProblem(from, 'modern');
      return fromProblem ?? (to === null ? null : patternProblem(to, 'modern'));
    },
    run([date = '', from = '', to = ''], { context }) {
      let ms: number | null = /^-?\d{1,15}$/.test(date) ? Number(date) : null;
      if (from !== '') {
        const pattern = modern(from, '');
        // JMeter converts whole dates only.
        const isWhole = ['yu', 'ML', 'd'].every((letters) => pattern?.has(letters));
        ms = isWhole ? (pattern?.parse(date, context.nowMs())?.ms ?? null) : null;
      }
      return ms === null ? '' : (modern(to, '')?.format(ms) ?? '');
    },
  },
  __RandomDate: {
    usage: '__RandomDate(pattern,first,end,locale,variable)',
    gives: 'a day from the first (today when empty) to before the end; the pattern is yyyy-MM-dd when empty',
    fewest: 3,
    most: 5,
    result: 4,
    changes: true,
    problem([pattern = '', , , locale = '']) {
      return pattern === null || locale === null
        ? null
        : patternProblem(pattern || 'yyyy-MM-dd', 'modern', locale.trim());
    },
    run(values, { context }) {
      const [pattern = '', first = '', end = '', locale = ''] = values.map((value) => value.trim());
      const made = modern(pattern || 'yyyy-MM-dd', locale);
      const now = context.nowMs();
      const from = first === '' ? now : (made?.parse(first, now)?.ms ?? null);
      const to = made?.parse(end, now)?.ms ?? null;
      if (made === null || from === null || to === null) return '';
      const start = new Date(from);
      const days = Math.round((middayOf(to) - middayOf(from)) / DAY_MS);
      if (days <= 0) return days === 0 ? made.format(from) : '';
      const day = start.getDate() + Math.floor(context.random() * days);
      return made.format(new Date(start.getFullYear(), start.getMonth(), day).getTime());
    },
  },
};

function middayOf(ms: number): number {
  const date = new Date(ms);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime();
}

/** ISO 8601 with days, hours, minutes and seconds, as Java's Duration reads it; null for anything else. */
function durationMs(text: string): number | null {
  const part = (unit: string, number = '[+-]?\\d{1,12}'): string => `(?:(${number})${unit})?`;
  const form = new RegExp(
    `^([+-])?P(?=.)${part('D')}(?:T(?=.)${part('H')}${part('M')}${part('S', '[+-]?\\d{1,12}(?:[.,]\\d{0,9})?')})?$`,
    'i',
  );
  const match = form.exec(text.trim());
  if (match === null) return null;
  const [, sign, days, hours, minutes, seconds] = match;
  const count = (written: string | undefined): number => Number(written?.replace(',', '.') ?? 0);
  const total = ((count(days) * 24 + count(hours)) * 60 + count(minutes)) * 60 + count(seconds);
  return Math.round(total * 1000) * (sign === '-' ? -1 : 1);
}

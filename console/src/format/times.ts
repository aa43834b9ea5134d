/** Instants and durations for people, in the time zone of their preferences. */
import { usePreferences } from '../preferences/preferences.ts';

export interface TimeFormat {
  /** Date and time to the second. */
  instant(iso: string | null | undefined): string;
  /** Time of day only. */
  clock(epochMs: number): string;
}

const formats = new Map<string, TimeFormat>();

export function timeFormatIn(timeZone: string): TimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const zone = timeZone === 'local' ? {} : { timeZone };
  const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', ...zone });
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', ...zone });
  const made: TimeFormat = {
    instant: (iso) => (iso === null || iso === undefined ? '–' : full.format(new Date(iso))),
    clock: (epochMs) => clock.format(epochMs),
  };
  formats.set(timeZone, made);
  return made;
}

export function useTimeFormat(): TimeFormat {
  return timeFormatIn(usePreferences().preferences.timeZone);
}

/** `1 h 05 min`, `2 min 30 s`, `12 s`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  const total = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3_600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'min'],
    [total % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

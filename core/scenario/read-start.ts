/** `start-at`: when an execution begins, in the forms of Taurus. */
import type { Path, Problems } from '../input/problems.ts';
import { describe, type TaurusValue } from '../input/value.ts';

const FORM = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})[ T])?(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * The instant (ISO 8601, UTC); null, with a problem, when it is none. Without a zone it is local time, without a date today's, which is
 * known only when `nowMs` is given.
 */
export function readStartAt(value: TaurusValue, nowMs: number | null, path: Path, problems: Problems): string | null {
  if (typeof value !== 'string') {
    problems.add(path, `${describe(value)} is not a text: put the time in quotes, as in '2030-12-31 23:30'`);
    return null;
  }
  const parts = FORM.exec(value.trim());
  const instant = parts === null ? null : instantOf(parts, nowMs);
  if (instant === 'date') {
    problems.add(path, `${describe(value)} has no date, and is kept for later: write '2030-12-31 23:30'`);
    return null;
  }
  if (instant === null) {
    problems.add(path, `${describe(value)} is not a time: '2030-12-31 23:30:00' or '23:30' are`);
    return null;
  }
  return instant;
}

function instantOf(parts: RegExpExecArray, nowMs: number | null): string | 'date' | null {
  const [, year, month, day, hour, minute, second, zone] = parts;
  const time: [number, number, number] = [Number(hour), Number(minute), Number(second ?? 0)];
  if (time[0] > 23 || time[1] > 59 || time[2] > 59) return null;
  if (year === undefined) {
    if (zone !== undefined) return null;
    if (nowMs === null) return 'date';
    const today = new Date(nowMs);
    today.setHours(...time, 0);
    return today.toISOString();
  }
  const date: [number, number, number] = [Number(year), Number(month) - 1, Number(day)];
  const utc = new Date(Date.UTC(...date, ...time));
  // The 31st of February would be a day in March.
  if (utc.getUTCMonth() !== date[1] || utc.getUTCDate() !== date[2]) return null;
  if (zone === undefined) return new Date(...date, ...time).toISOString();
  return new Date(utc.getTime() - offsetMs(zone)).toISOString();
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

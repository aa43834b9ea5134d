/** Numbers as people read them: about three significant digits, never rounded to a claim that is not true (0 %, 100 %). */
import { formatCount } from '../../core/amount.ts';

export { formatAmount, formatCount } from '../../core/amount.ts';

function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Milliseconds without their unit: 0.052, 1.23, 12.3, 1,234. */
export function formatMs(valueMs: number): string {
  if (valueMs === 0) return '0';
  if (valueMs < 0.9995) return grouped(valueMs, 3);
  if (valueMs < 9.995) return grouped(valueMs, 2);
  return grouped(valueMs, valueMs < 99.95 ? 1 : 0);
}

/** Something per second: 0.25, 12.3, 1,234. */
export function formatRate(value: number): string {
  if (value === 0) return '0';
  if (value < 9.995) return grouped(value, 2);
  return grouped(value, value < 999.95 ? 1 : 0);
}

/** `part` of `whole` in per cent. 0 % and 100 % are said only when they are exact. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0%';
  if (part === whole) return '100%';
  const percent = (part / whole) * 100;
  if (percent < 0.01) return '<0.01%';
  if (percent > 99.9) return '>99.9%';
  return `${grouped(percent, percent < 9.995 ? 2 : 1)}%`;
}

/** Seconds as a span of time: `0.4 s`, `20 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatSpan(seconds: number): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${grouped(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor((whole % 3600) / 60))} min`;
}

/** Bytes in powers of 1,000: `812 B`, `4.1 kB`, `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : grouped(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** Numbers for people: as many digits as they can use, units where they stand alone. */
export { formatAmount, formatCount } from '../../../core/amount.ts';

const whole = new Intl.NumberFormat('en');
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** Three digits or so. */
export function formatNumber(value: number): string {
  if (Math.abs(value) >= 100) return whole.format(Math.round(value));
  return Math.abs(value) >= 10 ? tenths.format(value) : hundredths.format(value);
}

export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms >= 10_000) return `${formatNumber(ms / 1_000)} s`;
  return `${formatNumber(ms)} ms`;
}

export const formatRate = (perSecond: number): string => `${formatNumber(perSecond)}/s`;

/** A share of 1 as per cent; what is not none never shows as none. */
export function formatShare(part: number, of: number): string {
  if (of === 0) return '–';
  const percent = (part / of) * 100;
  if (part > 0 && percent < 0.01) return '<0.01 %';
  return `${hundredths.format(percent)} %`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < byteUnits.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? whole.format(value) : formatNumber(value)} ${byteUnits[unit]}`;
}

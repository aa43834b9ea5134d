/** Times as people write and read them. Taurus' way is seconds, or numbers with units: everything that people write as a time is read here. */

const UNIT_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof UNIT_SECONDS;

const TEXT_LENGTH_MAX = 100;

/**
 * Seconds of a time as Taurus writes it: `10` and `"10"` are seconds; `"1h30m"`, `"1d 2h"`, `"500ms"`, `"1m30"` add up. Units in any case.
 * Null when it is no such time: negative, infinite, another unit, or anything else in between.
 */
export function parseDurationSeconds(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  if (value.length > TEXT_LENGTH_MAX || value.trim() === '') return null;
  const part = /\s*(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|m|h|d)?\s*/iy;
  let seconds = 0;
  while (part.lastIndex < value.length) {
    const match = part.exec(value);
    if (match === null) return null;
    const unit = match[2]?.toLowerCase() as Unit | undefined;
    // Without this, "1 30" would be 31 seconds; nobody means that.
    if (unit === undefined && part.lastIndex < value.length) return null;
    // Divided, not multiplied: 300 * 0.001 is 0.30000000000000004.
    seconds += unit === 'ms' ? Number(match[1]) / 1000 : Number(match[1]) * UNIT_SECONDS[unit ?? 's'];
  }
  return Number.isFinite(seconds) ? seconds : null;
}

/** Seconds from go as `mm:ss` or `h:mm:ss`: what axes show. */
export function formatSecond(second: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(second / 3_600);
  const rest = `${pad(Math.floor(second / 60) % 60)}:${pad(Math.floor(second) % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
}

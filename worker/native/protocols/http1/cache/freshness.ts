/** How long a copy of a response is fresh: as JMeter's cache manager reckons, which is more generous than RFC 9111. */
import { parseCookieDate } from '../cookies/cookie-date.ts';
import { headerValue } from '../head-text.ts';

const YEAR_MS = 365 * 24 * 3_600 * 1_000;

/**
 * The instant (milliseconds since 1970) until which a copy needs no request: 0 when it always needs one; null when none is kept. Without anything that
 * says otherwise, a response that has any of the headers of caching is fresh for a year.
 */
export function freshUntilMs(head: string, nowMs: number): number | null {
  const control = headerValue(head, 'cache-control');
  if (control?.includes('no-store')) return null;
  if (control?.includes('no-cache')) return 0;
  const age = control === null ? null : maxAgeSeconds(control);
  if (age !== null) return nowMs + age * 1_000;
  const expires = headerValue(head, 'expires');
  if (expires !== null) return parseCookieDate(expires) ?? 0;
  const modifiedMs = dateOf(head, 'last-modified');
  const dateMs = dateOf(head, 'date');
  return nowMs + (modifiedMs === null || dateMs === null ? YEAR_MS : (dateMs - modifiedMs) / 10);
}

/** 0 when it is no number: then the copy is asked about. */
function maxAgeSeconds(control: string): number | null {
  const at = control.indexOf('max-age=');
  if (at < 0 || control[at - 1] === '-') return null;
  const seconds = /^\d{1,10}(?=$|[, ])/.exec(control.slice(at + 'max-age='.length));
  return seconds === null ? 0 : Number(seconds[0]);
}

function dateOf(head: string, name: string): number | null {
  const text = headerValue(head, name);
  return text === null ? null : parseCookieDate(text);
}

/** Token buckets: a client may do so much a second for long, and more at once after a pause. Memory is bounded. */
import { isIPv6 } from 'node:net';

export interface RateLimit {
  requestsPerSecond: number;
  /** Requests at once. */
  burst: number;
}

export interface RateLimiter {
  /** Takes one request of the key's bucket. 0 when there was one; else the seconds to wait for the next. */
  take(key: string): number;
}

/** Above it the buckets that were used least recently are forgotten, as if they were full again. */
const KEYS_MAX = 20_000;
/** More than sums of intervals are ever off by. */
const ROUNDING_MS = 0.01;

/** `nowMs`: milliseconds of any clock. */
export function createRateLimiter(
  { requestsPerSecond, burst }: RateLimit,
  nowMs: () => number,
  keysMax = KEYS_MAX,
): RateLimiter {
  const intervalMs = 1_000 / requestsPerSecond;
  const wholeMs = burst * intervalMs;
  // When each bucket will be full again, in the order of their last use.
  const fullAtMs = new Map<string, number>();
  return {
    take(key) {
      const now = nowMs();
      // A clock that was set back empties a bucket, no more.
      const missingMs = Math.min(wholeMs, Math.max(0, (fullAtMs.get(key) ?? now) - now));
      const shortOfMs = missingMs + intervalMs - wholeMs;
      const waitMs = shortOfMs > ROUNDING_MS ? shortOfMs : 0;
      fullAtMs.delete(key);
      fullAtMs.set(key, now + missingMs + (waitMs === 0 ? intervalMs : 0));
      const [oldest] = fullAtMs.keys();
      if (fullAtMs.size > keysMax && oldest !== undefined) fullAtMs.delete(oldest);
      return waitMs / 1_000;
    },
  };
}

/** One bucket for an IPv4 address, one for an IPv6 network of 64 bits: whoever has one address of it has all. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

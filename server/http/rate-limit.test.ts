import { describe, expect, it } from 'vitest';
import { createManualClock } from '../adapters/memory/manual-clock.ts';
import { addressKey, createRateLimiter } from './rate-limit.ts';

describe('a rate limiter', () => {
  const clock = createManualClock();
  const limiter = (requestsPerSecond: number, burst: number, keysMax?: number) =>
    createRateLimiter({ requestsPerSecond, burst }, clock.now, keysMax);
  const allowed = (take: () => number, tries: number) =>
    Array.from({ length: tries }, take).filter((wait) => wait === 0).length;

  it('allows a burst, then so many a second', () => {
    const { take } = limiter(10, 5);
    expect(allowed(() => take('a'), 100)).toBe(5);
    let count = 0;
    for (let i = 0; i < 1_000; i++) {
      clock.advance(10);
      if (take('a') === 0) count++;
    }
    expect(count).toBe(100);
  });

  it('saves up no more than a burst', () => {
    const { take } = limiter(10, 5);
    take('a');
    clock.advance(3_600_000);
    expect(allowed(() => take('a'), 100)).toBe(5);
  });

  it('says how long to wait, and keeps its word', () => {
    const { take } = limiter(4, 1);
    expect(take('a')).toBe(0);
    expect(take('a')).toBe(0.25);
    clock.advance(100);
    expect(take('a')).toBeCloseTo(0.15);
    clock.advance(150);
    expect(take('a')).toBe(0);
  });

  it('does not punish asking while waiting', () => {
    const { take } = limiter(1, 1);
    take('a');
    for (let i = 0; i < 50; i++) take('a');
    clock.advance(1_000);
    expect(take('a')).toBe(0);
  });

  it('keeps keys apart', () => {
    const { take } = limiter(1, 2);
    expect(allowed(() => take('a'), 5)).toBe(2);
    expect(allowed(() => take('b'), 5)).toBe(2);
  });

  it('gives nothing for a clock that is set back, and goes on from there', () => {
    const { take } = limiter(1, 1);
    take('a');
    clock.advance(-60_000);
    expect(take('a')).toBe(1);
    clock.advance(1_000);
    expect(take('a')).toBe(0);
  });

  it('forgets those who were seen least recently when there are too many', () => {
    const { take } = limiter(1, 1, 3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) take(key);
    expect(take('a')).toBeGreaterThan(0);
    expect(take('c')).toBeGreaterThan(0);
    expect(take('b')).toBe(0);
  });
});

describe('addressKey', () => {
  it.each([
    ['192.168.1.7', '192.168.1.7'],
    ['unknown', 'unknown'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

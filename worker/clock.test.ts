import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';

describe('systemClock', () => {
  it('tells when an instant of the wall clock comes', () => {
    const inOneSecond = systemClock.monotonicMsAt(systemClock.epochMs() + 1_000) - systemClock.monotonicMs();
    expect(inOneSecond).toBeGreaterThan(0);
    expect(inOneSecond).toBeLessThanOrEqual(1_000);
  });

  it('agrees with itself to a fraction of a millisecond, unless the machine stalls', () => {
    const atMs = systemClock.epochMs() + 10_000;
    const told = Array.from({ length: 50 }, () => systemClock.monotonicMsAt(atMs)).sort((a, b) => a - b);
    expect((told[30] ?? 0) - (told[20] ?? 0)).toBeLessThan(0.9);
  });

  it('ends a sleep when told to, and leaves no listener behind', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(1e12, abort.signal);
    abort.abort();
    await sleeping;
    await systemClock.sleep(1e12, abort.signal);
    await systemClock.sleep(-5);
  });
});

import { describe, expect, it } from 'vitest';
import { simulatedClock } from './fixtures/simulated-clock.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  const open = () => {
    const clock = simulatedClock();
    return { clock, bucket: new TokenBucket({ burst: 100, perSecond: 20 }, clock) };
  };

  it('lets so many through at once, then so many a second, in any second', async () => {
    const { clock, bucket } = open();
    const atMs: number[] = [];
    const call = async () => {
      await bucket.take(Number.POSITIVE_INFINITY);
      atMs.push(clock.nowMs());
    };
    await clock.run(Promise.all(Array.from({ length: 250 }, call)));
    expect(atMs.filter((ms) => ms === 0)).toHaveLength(100);
    expect(Math.max(...atMs)).toBeCloseTo(7_500, 0);
    for (let from = 1; from < 7_000; from += 500) {
      expect(atMs.filter((ms) => ms >= from && ms < from + 1_000).length).toBeLessThanOrEqual(21);
    }
  });

  it('takes nothing of those whose turn would come too late', async () => {
    const { clock, bucket } = open();
    const taken = await clock.run(Promise.all(Array.from({ length: 150 }, () => bucket.take(1_000))));
    expect(taken.filter(Boolean)).toHaveLength(120);
    expect(await clock.run(bucket.take(clock.nowMs() + 1_000))).toBe(true);
  });

  it('fills up again to its size and no further, and is empty when it was drained', async () => {
    const { clock, bucket } = open();
    bucket.drain();
    expect(await bucket.take(0)).toBe(false);
    await clock.run(clock.sleep(3_600_000));
    const taken = await Promise.all(Array.from({ length: 101 }, () => bucket.take(clock.nowMs())));
    expect(taken.filter(Boolean)).toHaveLength(100);
  });
});

/**
 * How often AWS lets an account call ECS in a region: starts and stops share 100 at once and then 40 a second, Fargate starts 100 at once and then
 * 20 a second, looking has 100 and 20.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html
 */
import { type Clock, TokenBucket } from './token-bucket.ts';

export const ecsRates = {
  launches: { burst: 100, perSecond: 20 },
  changes: { burst: 100, perSecond: 40 },
  reads: { burst: 100, perSecond: 20 },
} as const;

const BACK_OFF_MS = { first: 500, max: 8_000 };

export interface Pace {
  launches: TokenBucket;
  changes: TokenBucket;
  reads: TokenBucket;
  clock: Clock;
  /** Waits before a call that was throttled is tried again, longer each time; false, at once, when that would be after `untilMs`. */
  backOff(attempt: number, untilMs: number): Promise<boolean>;
}

/** Of one region. `random`: 0 to 1, spreads what several of us try again. */
export function createPace(clock: Clock, random: () => number): Pace {
  return {
    launches: new TokenBucket(ecsRates.launches, clock),
    changes: new TokenBucket(ecsRates.changes, clock),
    reads: new TokenBucket(ecsRates.reads, clock),
    clock,
    async backOff(attempt, untilMs) {
      const longestMs = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.first * 2 ** attempt);
      const waitMs = longestMs * (0.5 + random() / 2);
      if (clock.nowMs() + waitMs > untilMs) return false;
      await clock.sleep(waitMs);
      return true;
    },
  };
}

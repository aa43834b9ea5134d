/** Draws think-times as JMeter's timers do. */
import type { ThinkTime } from '../../../core/scenario/scenario.ts';

/** Milliseconds, not negative; `random` gives numbers from 0 to below 1. */
export function drawThinkTimeMs(thinkTime: ThinkTime, random: () => number): number {
  switch (thinkTime.kind) {
    case 'constant':
      return thinkTime.seconds * 1_000;
    case 'uniform': {
      const { meanSeconds, rangeSeconds } = thinkTime;
      return Math.abs(meanSeconds - rangeSeconds + 2 * rangeSeconds * random()) * 1_000;
    }
    case 'gaussian':
      return Math.abs(thinkTime.meanSeconds + thinkTime.deviationSeconds * normal(random)) * 1_000;
    case 'poisson':
      return thinkTime.offsetSeconds * 1_000 + poisson(thinkTime.lambdaSeconds * 1_000, random);
  }
}

/** Of the standard normal distribution, by Box and Muller's transform. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Above it, counting one by one takes long, and the normal distribution is near enough: to a part of a millisecond. */
const COUNTED_MAX = 500;

/** Whole milliseconds: how often something happens that happens `mean` times on average. */
function poisson(mean: number, random: () => number): number {
  if (mean > COUNTED_MAX) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

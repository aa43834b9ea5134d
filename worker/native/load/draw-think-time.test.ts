import { describe, expect, it } from 'vitest';
import type { ThinkTime } from '../../../core/scenario/scenario.ts';
import { drawThinkTimeMs } from './draw-think-time.ts';

/** Random numbers that are the same each time. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function draws(thinkTime: ThinkTime): { mean: number; deviation: number; least: number; most: number } {
  const random = numbers();
  const all = Array.from({ length: 20_000 }, () => drawThinkTimeMs(thinkTime, random));
  const mean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / all.length);
  return { mean, deviation, least: Math.min(...all), most: Math.max(...all) };
}

describe('think-times', () => {
  it('constant', () => {
    expect(draws({ kind: 'constant', seconds: 0.25 })).toEqual({ mean: 250, deviation: 0, least: 250, most: 250 });
  });

  it('uniform: as far from the mean as the range goes', () => {
    const { deviation, least, mean, most } = draws({ kind: 'uniform', meanSeconds: 1, rangeSeconds: 0.3 });
    expect(mean).toBeCloseTo(1_000, -1);
    expect(deviation).toBeCloseTo(600 / Math.sqrt(12), -1);
    expect(least).toBeGreaterThanOrEqual(700);
    expect(most).toBeLessThanOrEqual(1_300);
  });

  it('gaussian', () => {
    const { deviation, mean } = draws({ kind: 'gaussian', meanSeconds: 1, deviationSeconds: 0.1 });
    expect(mean).toBeCloseTo(1_000, -1);
    expect(deviation).toBeCloseTo(100, -1);
  });

  it.each([0.02, 0.3, 2])('poisson, with a mean of %d s behind the offset', (lambdaSeconds) => {
    const { deviation, least, mean } = draws({ kind: 'poisson', lambdaSeconds, offsetSeconds: 0.5 });
    expect(Math.abs(mean - 500 - lambdaSeconds * 1_000)).toBeLessThan(2);
    expect(Math.abs(deviation - Math.sqrt(lambdaSeconds * 1_000))).toBeLessThan(1);
    expect(least).toBeGreaterThanOrEqual(500);
  });

  it('are never negative: what would be is taken as positive, as JMeter does', () => {
    for (const thinkTime of [
      { kind: 'uniform', meanSeconds: 0.1, rangeSeconds: 1 },
      { kind: 'gaussian', meanSeconds: 0, deviationSeconds: 1 },
      { kind: 'poisson', lambdaSeconds: 0, offsetSeconds: 0 },
    ] as const) {
      expect(draws(thinkTime).least).toBeGreaterThanOrEqual(0);
    }
    expect(draws({ kind: 'gaussian', meanSeconds: 0, deviationSeconds: 1 }).mean).toBeGreaterThan(700);
  });
});

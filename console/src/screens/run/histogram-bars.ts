/** The fine buckets of a distribution, put together into bars that can be seen: equal widths on a logarithmic scale. */
import type { RunDistribution } from '../../../../core/api/runs.ts';

const BARS = 90;

export interface Bar {
  fromUs: number;
  toUs: number;
  count: number;
}

/** All counts are in exactly one bar; a bucket goes where its middle lies. */
export function barsOf(buckets: RunDistribution['responseTime']): Bar[] {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const low = Math.log(Math.max(1, first.fromUs));
  const high = Math.log(Math.max(2, last.toUs + 1));
  const width = Math.max((high - low) / BARS, 1e-6);
  const bars = Array.from({ length: BARS }, (_, i) => ({
    fromUs: Math.exp(low + i * width),
    toUs: Math.exp(low + (i + 1) * width),
    count: 0,
  }));
  for (const { count, fromUs, toUs } of buckets) {
    const middle = Math.log(Math.max(1, (fromUs + toUs) / 2));
    const bar = bars[Math.min(BARS - 1, Math.max(0, Math.floor((middle - low) / width)))]!;
    bar.count += count;
  }
  return bars;
}

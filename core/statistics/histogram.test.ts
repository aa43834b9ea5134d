import fc from 'fast-check';
import { build, type Histogram as HdrHistogram } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { durationUs } from './fixtures/samples.ts';
import { BUCKETS_MAX, bucketHighestUs, bucketLowestUs, bucketOf, Histogram, LARGEST_VALUE_US } from './histogram.ts';

/** The library's own index of a value, which its types do not show. */
interface WithIndex {
  countsArrayIndex(value: number): number;
  highestEquivalentValue(value: number): number;
  countsArrayLength: number;
}

function standardHistogram(): HdrHistogram & WithIndex {
  return build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LARGEST_VALUE_US,
    numberOfSignificantValueDigits: 3,
  }) as HdrHistogram & WithIndex;
}

describe('buckets', () => {
  const standard = standardHistogram();

  it('are those of HdrHistogram with three digits', () => {
    expect(standard.countsArrayLength).toBe(BUCKETS_MAX);
    fc.assert(
      fc.property(durationUs, (us) => {
        expect(bucketOf(us)).toBe(standard.countsArrayIndex(us));
      }),
      { numRuns: 2000 },
    );
  });

  it('have the bounds of HdrHistogram', () => {
    for (let bucket = 0; bucket < BUCKETS_MAX; bucket++) {
      const lowest = bucketLowestUs(bucket);
      if (bucketOf(lowest) !== bucket || bucketOf(bucketHighestUs(bucket)) !== bucket) expect.fail(`bucket ${bucket}`);
      if (bucket > 0 && bucketHighestUs(bucket - 1) !== lowest - 1) expect.fail(`a gap before bucket ${bucket}`);
    }
    expect(bucketHighestUs(BUCKETS_MAX - 1)).toBe(LARGEST_VALUE_US);
    for (const us of [2047, 2048, 50_000, 1_000_003, LARGEST_VALUE_US]) {
      expect(bucketHighestUs(bucketOf(us))).toBe(standard.highestEquivalentValue(us));
    }
  });

  it('are at most 1/1024 of their values wide', () => {
    for (let bucket = 0; bucket < BUCKETS_MAX; bucket++) {
      const width = bucketHighestUs(bucket) - bucketLowestUs(bucket) + 1;
      if (width > 1 && width > bucketLowestUs(bucket) / 1024) expect.fail(`bucket ${bucket} is ${width} us wide`);
    }
  });
});

describe('Histogram', () => {
  it('counts every value in its bucket, and knows which buckets are used', () => {
    fc.assert(
      fc.property(fc.array(durationUs, { minLength: 1 }), (values) => {
        const histogram = new Histogram();
        for (const us of values) histogram.record(us);
        const buckets = values.map(bucketOf);
        expect(histogram.lowest).toBe(Math.min(...buckets));
        expect(histogram.highest).toBe(Math.max(...buckets));
        for (const bucket of new Set(buckets)) {
          expect(histogram.counts[bucket]).toBe(buckets.filter((other) => other === bucket).length);
        }
        expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  it('is empty again after clear, whatever it held', () => {
    fc.assert(
      fc.property(fc.array(durationUs), fc.array(durationUs), (before, after) => {
        const used = new Histogram();
        for (const us of before) used.record(us);
        used.clear();
        expect(used.counts.every((count) => count === 0)).toBe(true);
        expect(used.lowest > used.highest).toBe(true);
        const fresh = new Histogram();
        for (const us of after) {
          used.record(us);
          fresh.record(us);
        }
        expect([used.lowest, used.highest]).toEqual([fresh.lowest, fresh.highest]);
        for (let bucket = fresh.lowest; bucket <= fresh.highest; bucket++) {
          if (used.counts[bucket] !== fresh.counts[bucket]) expect.fail(`bucket ${bucket}`);
        }
      }),
    );
  });

  it('adds bucket by bucket, and counts exactly above 2^32', () => {
    const one = new Histogram();
    one.addToBucket(3, 2 ** 40);
    one.addToBucket(BUCKETS_MAX - 1, 1);
    const other = new Histogram();
    other.addToBucket(3, 2 ** 40 + 1);
    other.add(new Histogram());
    other.add(one);
    expect(other.counts[3]).toBe(2 ** 41 + 1);
    expect(other.counts[BUCKETS_MAX - 1]).toBe(1);
    expect([other.lowest, other.highest]).toEqual([3, BUCKETS_MAX - 1]);
  });
});

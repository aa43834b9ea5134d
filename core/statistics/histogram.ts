/**
 * Counts of durations in log-linear buckets: the bucket layout of HdrHistogram with lowest value 1 us, three significant digits and
 * 2,048 sub-buckets (hdrhistogram.org), so that counts move to and from its standard encodings bucket by bucket.
 *
 *     value (us)     0 ... 2047 | 2048 ... 4095 | 4096 ... 8191 | ...      below 2048 every microsecond has its bucket;
 *     bucket width        1     |       2       |       4       |          above, a bucket is at most 1/1024 of its value wide
 */

/** Values above are counted as this one: 2^32 - 1 us, 71.6 minutes. */
export const LARGEST_VALUE_US = 0xffff_ffff;
/** Buckets of a full histogram. */
export const BUCKETS_MAX = 21 * 1024 + 2048;

/** Most of a run's histograms never see a value above a millisecond or two: there are many, so each begins small. */
const INITIAL_BUCKETS = 2048;

/** The bucket of a whole number of microseconds between 0 and `LARGEST_VALUE_US`. */
export function bucketOf(valueUs: number): number {
  const shift = 21 - Math.clz32(valueUs);
  return shift > 0 ? (shift << 10) + (valueUs >>> shift) : valueUs;
}

/** Smallest value that falls into the bucket. */
export function bucketLowestUs(bucket: number): number {
  if (bucket < 2048) return bucket;
  const shift = (bucket >>> 10) - 1;
  return (bucket - (shift << 10)) * 2 ** shift;
}

/** Largest value that falls into the bucket. */
export function bucketHighestUs(bucket: number): number {
  if (bucket < 2048) return bucket;
  const shift = (bucket >>> 10) - 1;
  return (bucket - (shift << 10) + 1) * 2 ** shift - 1;
}

/** A histogram that grows with the largest value it has seen. Counts are exact up to 2^53. */
export class Histogram {
  /** Count per bucket; as long as the largest bucket used so far needed. */
  counts = new Float64Array(INITIAL_BUCKETS);
  /** Buckets outside `[lowest, highest]` are zero. Empty: `lowest > highest`. */
  lowest: number = BUCKETS_MAX;
  highest = -1;

  /** Counts one value: a whole number of microseconds between 0 and `LARGEST_VALUE_US`. */
  record(valueUs: number): void {
    const shift = 21 - Math.clz32(valueUs);
    const bucket = shift > 0 ? (shift << 10) + (valueUs >>> shift) : valueUs;
    if (bucket > this.highest) this.#raise(bucket);
    if (bucket < this.lowest) this.lowest = bucket;
    this.counts[bucket]!++;
  }

  /** Adds `count` values to a bucket. */
  addToBucket(bucket: number, count: number): void {
    if (bucket > this.highest) this.#raise(bucket);
    if (bucket < this.lowest) this.lowest = bucket;
    this.counts[bucket]! += count;
  }

  /** Makes room for the buckets `lowest` to `highest`, whose counts are then added to `counts` directly. Both ends must get one. */
  cover(lowest: number, highest: number): void {
    if (highest > this.highest) this.#raise(highest);
    if (lowest < this.lowest) this.lowest = lowest;
  }

  /** Adds all of `other`'s counts. */
  add(other: Histogram): void {
    if (other.highest < 0) return;
    if (other.highest > this.highest) this.#raise(other.highest);
    if (other.lowest < this.lowest) this.lowest = other.lowest;
    const from = other.counts;
    const to = this.counts;
    for (let bucket = other.lowest; bucket <= other.highest; bucket++) to[bucket]! += from[bucket]!;
  }

  /** Buckets in which there is something, with their counts, from the lowest. */
  *usedBuckets(): Generator<[bucket: number, count: number]> {
    for (let bucket = this.lowest; bucket <= this.highest; bucket++) {
      const count = this.counts[bucket]!;
      if (count > 0) yield [bucket, count];
    }
  }

  /** Back to empty; keeps its memory. */
  clear(): void {
    if (this.highest >= 0) this.counts.fill(0, this.lowest, this.highest + 1);
    this.lowest = BUCKETS_MAX;
    this.highest = -1;
  }

  #raise(bucket: number): void {
    this.highest = bucket;
    if (bucket < this.counts.length) return;
    // A whole number of octaves, so that it grows at most 20 times in a run.
    const grown = new Float64Array(((bucket >>> 10) + 1) << 10);
    grown.set(this.counts);
    this.counts = grown;
  }
}

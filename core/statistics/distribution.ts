/**
 * A distribution of durations that merges exactly: a histogram, and beside it count, sum, sum of squares, minimum and maximum as exact
 * numbers. Merging in any order and grouping gives the same distribution.
 */
import { bucketHighestUs, Histogram, LARGEST_VALUE_US } from './histogram.ts';

/** The sum of squares is kept as `high * 2^48 + low`, since it soon passes the 2^53 up to which a number is exact. */
const SQUARES_BASE = 2 ** 48;
/** Squares of values below are themselves below 2^52, exact, and need no splitting. */
const PLAIN_SQUARE_MAX = 2 ** 26;
/** Takes off what products of three numbers can be too large by. */
const ROUNDING = 1 - 2 ** -50;

export class Distribution {
  count = 0;
  sumUs = 0;
  squaresHigh = 0;
  /** Below 2^48 whenever a method has returned. */
  squaresLow = 0;
  /** Infinity when empty. */
  minUs: number = Number.POSITIVE_INFINITY;
  maxUs = 0;
  readonly histogram = new Histogram();

  /** Adds one duration: a whole number of microseconds; negative ones count as 0, ones above 71.6 minutes as `LARGEST_VALUE_US`. */
  record(durationUs: number): void {
    let us = durationUs;
    if (us < 0) us = 0;
    else if (us > LARGEST_VALUE_US) us = LARGEST_VALUE_US;
    this.count++;
    this.sumUs += us;
    if (us < this.minUs) this.minUs = us;
    if (us > this.maxUs) this.maxUs = us;
    if (us < PLAIN_SQUARE_MAX) {
      const low = this.squaresLow + us * us;
      if (low < SQUARES_BASE) this.squaresLow = low;
      else this.addSquares(0, low - this.squaresLow);
    } else {
      const upper = Math.floor(us / 65536);
      const lower = us % 65536;
      // us^2 = upper^2 * 2^32 + 2 * upper * lower * 2^16 + lower^2, each term split at 2^48.
      const upperSquare = upper * upper;
      const cross = 2 * upper * lower;
      this.addSquares(Math.floor(upperSquare / 65536), (upperSquare % 65536) * 2 ** 32);
      this.addSquares(Math.floor(cross / 2 ** 32), (cross % 2 ** 32) * 65536 + lower * lower);
    }
    this.histogram.record(us);
  }

  /** Adds `high * 2^48 + low` to the sum of squares; `low` below 2^52. */
  addSquares(high: number, low: number): void {
    const sum = this.squaresLow + low;
    const carry = Math.floor(sum / SQUARES_BASE);
    this.squaresLow = sum - carry * SQUARES_BASE;
    this.squaresHigh += high + carry;
  }

  /** Adds all that `other` holds. */
  add(other: Distribution): void {
    if (other.count === 0) return;
    this.count += other.count;
    this.sumUs += other.sumUs;
    if (other.minUs < this.minUs) this.minUs = other.minUs;
    if (other.maxUs > this.maxUs) this.maxUs = other.maxUs;
    this.addSquares(other.squaresHigh, other.squaresLow);
    this.histogram.add(other.histogram);
  }

  clear(): void {
    if (this.count === 0) return;
    this.count = 0;
    this.sumUs = 0;
    this.squaresHigh = 0;
    this.squaresLow = 0;
    this.minUs = Number.POSITIVE_INFINITY;
    this.maxUs = 0;
    this.histogram.clear();
  }

  /**
   * The smallest bucket's upper end below or at which at least `percentile` per cent of the values lie, within the exact minimum and
   * maximum: HdrHistogram's definition. At most 1/1024 above the value it stands for, never below. 0 when empty.
   */
  percentileUs(percentile: number): number {
    if (this.count === 0) return 0;
    const { counts, lowest, highest } = this.histogram;
    // 99.9 % of 1000 is 999.0000000000001 in floating point; rounded up that would be the maximum.
    const wanted = Math.max(1, Math.ceil((percentile / 100) * this.count * ROUNDING));
    let seen = 0;
    for (let bucket = lowest; bucket <= highest; bucket++) {
      seen += counts[bucket]!;
      if (seen >= wanted) return Math.min(Math.max(bucketHighestUs(bucket), this.minUs), this.maxUs);
    }
    return this.maxUs;
  }

  /** 0 when empty. */
  meanUs(): number {
    return this.count === 0 ? 0 : this.sumUs / this.count;
  }

  /**
   * Standard deviation of the population, from exact integers: no cancellation. 0 when empty. (The sum is exact up to 2^53 us, 285 years
   * of requests put end to end.)
   */
  stdevUs(): number {
    if (this.count === 0) return 0;
    const n = BigInt(this.count);
    const sum = BigInt(this.sumUs);
    const squares = BigInt(this.squaresHigh) * BigInt(SQUARES_BASE) + BigInt(this.squaresLow);
    const spread = n * squares - sum * sum;
    return spread > 0n ? Math.sqrt(Number(spread)) / this.count : 0;
  }
}

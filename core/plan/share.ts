/**
 * Exact shares without coordination: which of the users 0, 1, 2, ... (and of the starts) of a run belong to which task. Each belongs to
 * exactly one, every task computes its own from the plan alone, and nobody's share ever wobbles: of the first `n` a task has its
 * exact proportion, rounded up or down.
 *
 *     global     0  1  2  3  4  5  6  7  8 ...     region shares 2 : 1, two tasks in region a
 *     region     a  b  a  a  b  a  a  b  a ...     a pattern that repeats after 2 + 1
 *     task       a0 b0 a1 a0 b0 a1 a0 b0 a1 ...    within a region, in turn
 */
import { LoadstarError } from '../errors.ts';
import type { PlannedRegion, TaskId } from './plan.ts';

/** A set of whole numbers from 0 on. Exact as long as the numbers stay below 2^53. */
export interface Share {
  /** The `i`-th number (from 0) that is in it. */
  index(i: number): number;
  /** How many of the numbers 0 to `n` - 1 are in it. */
  countBelow(n: number): number;
  /** Which part of all numbers is in it, 0 to 1. */
  readonly proportion: number;
}

/** The numbers whose remainder by `period` is one of `positions` (sorted, at least one). */
export function periodicShare(period: number, positions: readonly number[]): Share {
  const count = positions.length;
  return {
    index(i) {
      const rest = i % count;
      return ((i - rest) / count) * period + positions[rest]!;
    },
    countBelow(n) {
      const rest = n % period;
      return ((n - rest) / period) * count + positionsBelow(positions, rest);
    },
    proportion: count / period,
  };
}

/** Every `count`-th number, beginning with `first`. */
export function everyNth(first: number, count: number): Share {
  return {
    index: (i) => i * count + first,
    countBelow: (n) => Math.ceil(Math.max(0, n - first) / count),
    proportion: 1 / count,
  };
}

/** Of the numbers in `outer`, counted from 0, those in `inner`. */
export function composeShares(outer: Share, inner: Share): Share {
  return {
    index: (i) => outer.index(inner.index(i)),
    countBelow: (n) => inner.countBelow(outer.countBelow(n)),
    proportion: outer.proportion * inner.proportion,
  };
}

/** The share seen from number `offset` on, which becomes 0. */
export function shiftShare(share: Share, offset: number): Share {
  const before = share.countBelow(offset);
  return {
    index: (i) => share.index(i + before) - offset,
    countBelow: (n) => share.countBelow(n + offset) - before,
    proportion: share.proportion,
  };
}

/** The numbers whose remainder by `period` is in `share`. Without any such remainder it is empty, and `index` may not be asked. */
export function repeatShare(share: Share, period: number): Share {
  const count = share.countBelow(period);
  return {
    index(i) {
      const rest = i % count;
      return ((i - rest) / count) * period + share.index(rest);
    },
    countBelow(n) {
      const rest = n % period;
      return ((n - rest) / period) * count + share.countBelow(rest);
    },
    proportion: count / period,
  };
}

/** The part of a task in a plan's users and starts. Throws `not_found` when the plan has no such task. */
export function taskShare(regions: readonly PlannedRegion[], id: TaskId): Share {
  const position = regions.findIndex((region) => region.name === id.region);
  const region = regions[position];
  if (region === undefined || !Number.isInteger(id.task) || id.task < 0 || id.task >= region.tasks) {
    throw new LoadstarError('not_found', `The plan has no task ${id.task} in a region '${id.region}'.`);
  }
  const pattern = weightedPattern(regions.map((each) => each.share));
  const positions: number[] = [];
  for (const [at, owner] of pattern.entries()) if (owner === position) positions.push(at);
  return composeShares(periodicShare(pattern.length, positions), everyNth(id.task, region.tasks));
}

/**
 * Spreads owners over a pattern that repeats, each as often as its weight (a whole number) says and as evenly as can be: up to any
 * place, an owner's number of places differs from its exact proportion by less than 1. This is the chairman assignment problem,
 * solved as R. Tijdeman proved it (Discrete Mathematics 32, 1980): of the owners that are behind enough to be due, the one whose
 * latest possible place comes first is next; of equals, the first in the list.
 */
export function weightedPattern(weights: readonly number[]): Uint16Array {
  const divisor = weights.reduce(greatestCommonDivisor, 0);
  const reduced = weights.map((weight) => weight / divisor);
  const length = reduced.reduce((sum, weight) => sum + weight, 0);
  const pattern = new Uint16Array(length);
  if (reduced.length < 2) return pattern;
  // Deviations are counted in units of 1 / (fineness * length), which makes every number here whole.
  const fineness = 2 * reduced.length - 2;
  const place = fineness * length;
  const behind = new Float64Array(reduced.length);
  for (let at = 0; at < length; at++) {
    let next = -1;
    let nextLatest = Number.POSITIVE_INFINITY;
    for (let owner = 0; owner < reduced.length; owner++) {
      const weight = reduced[owner]!;
      behind[owner]! += fineness * weight;
      const latest = (place - length - behind[owner]!) / weight;
      if (behind[owner]! >= length && latest < nextLatest) {
        next = owner;
        nextLatest = latest;
      }
    }
    behind[next]! -= place;
    pattern[at] = next;
  }
  return pattern;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** How many of the sorted positions are below `limit`. */
function positionsBelow(positions: readonly number[], limit: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

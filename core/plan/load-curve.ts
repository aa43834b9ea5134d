/**
 * The arithmetic of load curves: how many users are active at an instant, and when each of the planned starts is due.
 *
 *     value                      A curve is straight pieces one after the other. It holds from each piece's beginning
 *       |      ____ to           to just before its end; after the last piece it stays where that one ended.
 *       |     /    |
 *       |    /     |____         User `i` (from 0) is active while the value is above `i`;
 *       |___/______|____ t       start `n` (from 0) is due as soon as the area is above `n`.
 */
import { ExactSum } from './exact-sum.ts';
import type { LoadCurve } from './plan.ts';

/** Length of all pieces together. */
export function curveSeconds(curve: LoadCurve): number {
  const sum = new ExactSum();
  for (const piece of curve) sum.add(piece.seconds);
  return sum.value;
}

/**
 * The curve's value at an instant, not before 0. Where it jumps, the value after the jump, unless the `side` before it is asked for.
 * 0 for a curve without pieces.
 */
export function valueAt(curve: LoadCurve, seconds: number, side: 'before' | 'after' = 'after'): number {
  const begins = new ExactSum();
  for (const piece of curve) {
    if (piece.seconds === 0) continue;
    const begin = begins.value;
    begins.add(piece.seconds);
    if (seconds < begins.value || (seconds === begins.value && side === 'before')) {
      return piece.from + (piece.to - piece.from) * ((seconds - begin) / piece.seconds);
    }
  }
  return curve.at(-1)?.to ?? 0;
}

/** When each of the planned starts of an open model is due. Made once; `startSeconds` is for hot paths. */
export class StartSchedule {
  /** One entry per piece that has a length, and one for the tail, which goes on at the last value. */
  readonly #begins: Float64Array;
  readonly #seconds: Float64Array;
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  /** Starts due before the piece begins: the area of all pieces before it. */
  readonly #startsBefore: Float64Array;

  constructor(curve: LoadCurve) {
    const last = curve.at(-1)?.to ?? 0;
    const pieces = [...curve.filter((piece) => piece.seconds > 0)];
    pieces.push({ seconds: Number.POSITIVE_INFINITY, from: last, to: last });
    this.#seconds = Float64Array.from(pieces, (piece) => piece.seconds);
    this.#from = Float64Array.from(pieces, (piece) => piece.from);
    this.#to = Float64Array.from(pieces, (piece) => piece.to);
    this.#begins = new Float64Array(pieces.length);
    this.#startsBefore = new Float64Array(pieces.length);
    const begins = new ExactSum();
    const starts = new ExactSum();
    for (const [position, { seconds, from, to }] of pieces.entries()) {
      this.#begins[position] = begins.value;
      this.#startsBefore[position] = snapToWhole(starts.value);
      begins.add(seconds);
      starts.add(((from + to) / 2) * seconds);
    }
  }

  /** The area of the curve up to an instant (seconds from go, not before 0). A fraction counts for a start that is not yet due. */
  startsBefore(seconds: number): number {
    const position = firstAbove(this.#begins, seconds) - 1;
    const within = seconds - this.#begins[position]!;
    const from = this.#from[position]!;
    const growth = (this.#to[position]! - from) * (within / this.#seconds[position]!);
    return this.#startsBefore[position]! + within * (from + growth / 2);
  }

  /**
   * Seconds from go at which start `n` (a whole number from 0) is due; Infinity when the curve never asks for it. Never falls with `n`.
   * O(log pieces), without allocation.
   */
  startSeconds(n: number): number {
    const position = firstAbove(this.#startsBefore, n) - 1;
    const seconds = this.#seconds[position]!;
    const from = this.#from[position]!;
    const to = this.#to[position]!;
    const wanted = n - this.#startsBefore[position]!;
    let within: number;
    // The area after `x` seconds of a piece is from * x + slope * x^2 / 2. Solved for x in the form that subtracts no two numbers of
    // like size: from the piece's beginning where it rises, from its end where it falls.
    if (from === to) {
      within = from > 0 ? wanted / from : Number.POSITIVE_INFINITY;
    } else if (from < to) {
      const slope = (to - from) / seconds;
      within = wanted > 0 ? (2 * wanted) / (from + Math.sqrt(from * from + 2 * slope * wanted)) : 0;
    } else {
      const slope = (from - to) / seconds;
      const left = ((from + to) / 2) * seconds - wanted;
      within = left > 0 ? seconds - (2 * left) / (to + Math.sqrt(to * to + 2 * slope * left)) : seconds;
    }
    return this.#begins[position]! + Math.min(Math.max(within, 0), seconds);
  }

  /** How many starts are due before `endSeconds`. */
  startsPlanned(endSeconds: number): number {
    return Math.ceil(snapToWhole(this.startsBefore(endSeconds)));
  }
}

/** Takes an area that is a whole number but for rounding as that number: 0.1 a second for 30 s are 3 starts, not 4. */
function snapToWhole(starts: number): number {
  const whole = Math.round(starts);
  return Math.abs(starts - whole) <= 1e-9 + starts * 2 ** -48 ? whole : starts;
}

/** Index of the first entry above `value` in a list that never falls; its length when there is none. */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

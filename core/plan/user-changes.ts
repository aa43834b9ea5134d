/**
 * Users that begin and leave as a curve rises and falls. User `i` is active while the curve's value is above its number, so the active ones
 * are always the first so many: the next one to begin is the one above them, the next one to leave the last of them.
 *
 *     value     /\            begins, in this order:  0 1 2 3        4
 *           ___/  \____       leaves:                         3
 *          /           \      a curve that ends above a user's number leaves it active
 */
import { ExactSum } from './exact-sum.ts';
import type { LoadCurve } from './plan.ts';

/** The users that a curve is for: `count` of them, whose numbers rise. */
export interface CurveUsers {
  readonly count: number;
  number(i: number): number;
}

export class UserChanges {
  /** Seconds from the curve's beginning at which the next change is due; Infinity: there is none. Never falls. */
  nextSeconds = Number.POSITIVE_INFINITY;
  /** At the next change one more user begins; else the last of the active ones leaves. */
  isBeginning = true;
  /** Active users before the next change. */
  active = 0;

  readonly #users: CurveUsers;
  /** Those that have a length, and the tail, which goes on at the last value. */
  readonly #pieces: LoadCurve;
  #position = 0;
  readonly #begins = new ExactSum();
  /** The changes at the very beginning of the present piece are done. */
  #isSettled = false;

  constructor(curve: LoadCurve, users: CurveUsers) {
    const last = curve.at(-1)?.to ?? 0;
    this.#users = users;
    this.#pieces = [
      ...curve.filter(({ seconds }) => seconds > 0),
      { seconds: Number.POSITIVE_INFINITY, from: last, to: last },
    ];
    this.#find();
  }

  /** Goes on to the change after the next one. */
  advance(): void {
    this.active += this.isBeginning ? 1 : -1;
    this.#find();
  }

  #find(): void {
    while (this.#position < this.#pieces.length && !this.#findInPiece(this.#pieces[this.#position]!)) this.#nextPiece();
    if (this.#position === this.#pieces.length) this.nextSeconds = Number.POSITIVE_INFINITY;
  }

  #findInPiece({ seconds, from, to }: LoadCurve[number]): boolean {
    const begin = this.#begins.value;
    const next = this.active < this.#users.count ? this.#users.number(this.active) : Number.POSITIVE_INFINITY;
    const last = this.active > 0 ? this.#users.number(this.active - 1) : Number.NEGATIVE_INFINITY;
    if (!this.#isSettled) {
      const isAbove = (user: number) => from > user || (from === user && to > from);
      if (isAbove(next)) return this.#found(begin, true);
      if (this.active > 0 && !isAbove(last)) return this.#found(begin, false);
      this.#isSettled = true;
    }
    const crossing = (user: number) => begin + seconds * ((user - from) / (to - from));
    if (to > from && to > next) return this.#found(crossing(next), true);
    if (to < from && to < last) return this.#found(crossing(last), false);
    return false;
  }

  #found(seconds: number, isBeginning: boolean): true {
    this.nextSeconds = seconds;
    this.isBeginning = isBeginning;
    return true;
  }

  #nextPiece(): void {
    this.#begins.add(this.#pieces[this.#position]!.seconds);
    this.#position++;
    this.#isSettled = false;
  }
}

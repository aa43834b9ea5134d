/**
 * Adds up a part of a run's series - some of its time, one label or all - tick by tick, straight from folded segments: nothing in between is
 * held. Distributions are merged, never averaged, so a part's numbers are as exact as those of the whole.
 */
import { limits } from '../limits.ts';
import { foldRareErrors } from './fold-errors.ts';
import { SegmentCursor } from './segment-cursor.ts';
import { SideBySide } from './side-by-side.ts';
import { Statistics } from './statistics.ts';

/** Error types that a tick keeps while it is being added up; summaries show fewer. */
const ERROR_TYPES_WHILE_ADDING = 10 * limits.errorTypesMax;

export interface PartOfSeries {
  /** Seconds from go; `toSecond` is not in it, and may be Infinity. */
  fromSecond: number;
  toSecond: number;
  /** Null: all labels together. */
  label: string | null;
  /** Ticks begin at whole multiples from go; null: the whole part is one. */
  tickSeconds: number | null;
}

export interface SeriesTick {
  /** First second of it that belongs to the part. */
  second: number;
  /** How many seconds of it do; the last tick ends with the last second that was measured, or the span of the segment's windows around it. */
  seconds: number;
  /** `concurrencyMax` is of users; of one label: of its requests under way. Only valid during the call. */
  statistics: Statistics;
}

export class PartAdder {
  readonly #part: PartOfSeries;
  readonly #onTick: (tick: SeriesTick) => void;
  readonly #sum = new Statistics();
  readonly #second = new Statistics();
  #tick: number | null = null;
  #lastSecond = -1;

  /** `onTick` gets each tick in which anything was measured, in order. */
  constructor(part: PartOfSeries, onTick: (tick: SeriesTick) => void) {
    this.#part = part;
    this.#onTick = onTick;
  }

  /**
   * Adds the segments of one index, one for each region that is wanted; indexes in order. `from` and `to`: takes only these seconds of them.
   * Segments in ticks must have whole ones in them. Throws `run_folder_invalid` for damaged bytes.
   */
  add(segments: readonly Uint8Array[], { from = 0, to = Number.POSITIVE_INFINITY } = {}): void {
    const { label, tickSeconds } = this.#part;
    const fromSecond = Math.max(from, this.#part.fromSecond);
    const toSecond = Math.min(to, this.#part.toSecond);
    const cursors = segments.map((bytes) => new SegmentCursor(bytes));
    const spanSeconds = Math.max(1, ...cursors.map(({ head }) => head.tickSeconds));
    const walk = new SideBySide(cursors);
    const rank = label === null ? -1 : walk.labels.indexOf(label);
    while (walk.nextSecond()) {
      if (walk.second < fromSecond) continue;
      if (walk.second >= toSecond) break;
      const tick = tickSeconds === null ? 0 : Math.floor(walk.second / tickSeconds);
      if (this.#tick !== null && tick !== this.#tick) this.#give(this.#endOfTick());
      this.#tick = tick;
      this.#lastSecond = walk.second + spanSeconds - 1;
      if (label === null) this.#addAll(walk);
      else if (rank >= 0) this.#addLabel(walk, rank);
    }
    foldRareErrors(this.#sum, ERROR_TYPES_WHILE_ADDING);
  }

  /** Gives the last tick. */
  finish(): void {
    if (this.#tick !== null) this.#give(Math.min(this.#endOfTick(), this.#lastSecond + 1));
  }

  #addAll(walk: SideBySide): void {
    const usersMax = this.#sum.concurrencyMax;
    for (let rank = 0; rank < walk.labels.length; rank++) walk.addLabel(rank, this.#sum);
    // Not what the labels had under way: users.
    this.#sum.concurrencyMax = usersMax;
    this.#second.clear();
    walk.addTasks(this.#second);
    this.#sum.addLater(this.#second);
  }

  #addLabel(walk: SideBySide, rank: number): void {
    this.#second.clear();
    if (walk.addLabel(rank, this.#second)) this.#sum.addLater(this.#second);
  }

  #endOfTick(): number {
    const { tickSeconds, toSecond } = this.#part;
    return tickSeconds === null ? toSecond : Math.min(toSecond, ((this.#tick ?? 0) + 1) * tickSeconds);
  }

  #give(endSecond: number): void {
    const { tickSeconds, fromSecond } = this.#part;
    const second = Math.max(fromSecond, (this.#tick ?? 0) * (tickSeconds ?? 0));
    this.#onTick({ second, seconds: endSecond - second, statistics: this.#sum });
    this.#sum.clear();
    this.#tick = null;
  }
}

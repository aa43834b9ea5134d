/**
 * A run's series, made from folded segments: rolled up from seconds to longer ticks, and added up to totals of the whole run or of any
 * part of it. Distributions stay exact: they are merged, never averaged.
 */
import { LoadstarError } from '../errors.ts';
import { limits, OTHER_LABEL } from '../limits.ts';
import { foldRareErrors } from './fold-errors.ts';
import { SegmentCursor } from './segment-cursor.ts';
import { keptLabels } from './side-by-side.ts';
import { Statistics } from './statistics.ts';
import type { Window } from './window.ts';
import { WindowReader } from './window-reader.ts';

/** Error types that totals keep while they are being added up; the report shows fewer. */
const ERROR_TYPES_WHILE_ADDING = 10 * limits.errorTypesMax;

/** Makes ticks of `tickSeconds` out of windows; ticks begin at whole multiples of their length from go. */
export class SeriesRollup {
  readonly #tickSeconds: number;
  readonly #onTick: (tick: Window) => void;
  readonly #labels = new Map<string, Statistics>();
  readonly #unused: Statistics[] = [];
  readonly #task = new Statistics();
  #tick = -1;
  #second = -1;

  /** `onTick` gets each tick that has a window, in order; a tick is only valid during the call. */
  constructor(tickSeconds: number, onTick: (tick: Window) => void) {
    this.#tickSeconds = tickSeconds;
    this.#onTick = onTick;
  }

  /** Takes the windows in order, shorter ticks too; concurrency is the largest of a tick's. Throws `internal` when they go back. */
  add(window: Window): void {
    if (window.second <= this.#second) throw new LoadstarError('internal', 'The windows of a series must be in order.');
    const tick = Math.floor(window.second / this.#tickSeconds);
    if (tick !== this.#tick) this.finish();
    this.#tick = tick;
    this.#second = window.second;
    this.#task.addLater(window.task);
    for (const [label, statistics] of window.labels) {
      let sum = this.#labels.get(label);
      if (sum === undefined) {
        sum = this.#unused.pop() ?? new Statistics();
        this.#labels.set(label, sum);
      }
      sum.addLater(statistics);
    }
  }

  /** Gives the last tick, which may be shorter. More windows may follow. */
  finish(): void {
    if (this.#tick < 0) return;
    this.#onTick({ second: this.#tick * this.#tickSeconds, labels: this.#labels, task: this.#task });
    this.#task.clear();
    for (const statistics of this.#labels.values()) {
      statistics.clear();
      this.#unused.push(statistics);
    }
    this.#labels.clear();
    this.#tick = -1;
  }
}

/** Seconds from go; `to` is not in it. */
interface SecondRange {
  from: number;
  to: number;
}

interface AddOptions {
  range?: SecondRange;
  onWindow?: (window: Window) => void;
}

const WHOLE: SecondRange = { from: 0, to: Number.POSITIVE_INFINITY };

/** Totals of each label, of a run or of any of its seconds, from its folded segments. */
export class LabelTotals {
  /** Over all regions added. */
  readonly labels = new Map<string, Statistics>();
  readonly #reader = new WindowReader();
  readonly #task = new Statistics();

  /**
   * Adds the segments of one index, one for each region that is wanted; indexes in any order. `range`: takes only these seconds of them, `to` not
   * included; segments in ticks must have whole ones in it. `onWindow` gets each second of the range, merged over the regions, only valid
   * during the call. Throws `run_folder_invalid` for damaged bytes (the totals are then meaningless).
   */
  add(segments: readonly Uint8Array[], { range = WHOLE, onWindow }: AddOptions = {}): void {
    const { from, to } = range;
    this.#reader.read(segments, (window) => {
      if (window.second < from || window.second >= to) return;
      this.#task.addLater(window.task);
      for (const [label, statistics] of window.labels) this.#label(label).addLater(statistics);
      onWindow?.(window);
    });
    this.#keepWithinLimits();
  }

  /** What the tasks themselves know: users at once, starts that never began. Only valid until the next `add`. */
  get tasks(): Statistics {
    return this.#task;
  }

  /** All labels together. A new object with each call. */
  total(): Statistics {
    const total = new Statistics();
    for (const statistics of this.labels.values()) total.addLater(statistics);
    total.concurrencyMax = 0;
    total.addLater(this.#task);
    return total;
  }

  #label(label: string): Statistics {
    let statistics = this.labels.get(label);
    if (statistics === undefined) {
      statistics = new Statistics();
      this.labels.set(label, statistics);
    }
    return statistics;
  }

  #keepWithinLimits(): void {
    if (this.labels.size > limits.labelsMax) {
      const kept = new Set(keptLabels(this.labels.keys()));
      for (const [label, statistics] of this.labels) {
        if (kept.has(label)) continue;
        this.labels.delete(label);
        this.#label(OTHER_LABEL).addLater(statistics);
      }
    }
    for (const statistics of this.labels.values()) foldRareErrors(statistics, ERROR_TYPES_WHILE_ADDING);
  }
}

/** The same with totals of each region, and what each task measured. */
export class SeriesTotals {
  /** Totals of each region; concurrency counts users. */
  readonly regions = new Map<string, Statistics>();
  /** By `region/task`: requests in the segments added, whatever the range. */
  readonly requestsOfTask = new Map<string, number>();
  readonly #byLabel = new LabelTotals();
  readonly #usersOfSecond = new Statistics();
  readonly #added = new Set<string>();

  /** As of `LabelTotals`. Throws `internal` when a region's index comes twice with the same range, too. */
  add(segments: readonly Uint8Array[], options: AddOptions = {}): void {
    for (const bytes of segments) this.#addRegion(new SegmentCursor(bytes), options.range ?? WHOLE);
    this.#byLabel.add(segments, options);
  }

  get labels(): ReadonlyMap<string, Statistics> {
    return this.#byLabel.labels;
  }

  /** As of `LabelTotals`. */
  get tasks(): Statistics {
    return this.#byLabel.tasks;
  }

  /** All regions and labels together. A new object with each call. */
  total(): Statistics {
    return this.#byLabel.total();
  }

  #addRegion(cursor: SegmentCursor, { from, to }: SecondRange): void {
    const { region, index, tasks, taskRequests } = cursor.head;
    const name = `${region}/${index} from ${from} to ${to}`;
    if (this.#added.has(name)) throw new LoadstarError('internal', `Segment ${name} was added twice.`);
    this.#added.add(name);
    for (const [i, task] of tasks.entries()) {
      const id = `${region}/${task}`;
      this.requestsOfTask.set(id, (this.requestsOfTask.get(id) ?? 0) + taskRequests[i]!);
    }
    const total = this.regions.get(region) ?? new Statistics();
    this.regions.set(region, total);
    let usersMax = total.concurrencyMax;
    while (cursor.next()) {
      if (cursor.second < from || cursor.second >= to) continue;
      this.#usersOfSecond.clear();
      cursor.addTask(this.#usersOfSecond, true);
      usersMax = Math.max(usersMax, this.#usersOfSecond.concurrencyMax);
      total.addLater(this.#usersOfSecond);
      for (let block = 0; block < cursor.blocks; block++) cursor.addBlock(block, total, false);
    }
    // Not what the labels had under way: users.
    total.concurrencyMax = usersMax;
    foldRareErrors(total, ERROR_TYPES_WHILE_ADDING);
  }
}

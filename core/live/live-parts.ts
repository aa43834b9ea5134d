/**
 * Puts live messages together: per region and interval, from as many partial messages as come, in any order and however often. What is shown of an
 * interval is the exact merge of the tasks that have told.
 */
import { Statistics } from '../statistics/statistics.ts';
import type { LiveMessage } from './live-message.ts';

/** An interval of all regions. */
export interface LiveMoment {
  /** First second, from go. */
  second: number;
  seconds: number;
  /** Of all regions and tasks that have told. */
  total: Statistics;
  /** How many tasks have told. */
  tasks: number;
}

type Part = Pick<LiveMessage, 'region' | 'second' | 'seconds' | 'total'> & { tasks: ReadonlySet<number> };

interface Interval {
  parts: Part[];
  /** Null: must be merged again. */
  merged: LiveMoment | null;
}

export class LiveParts {
  readonly #intervalsMax: number;
  readonly #intervals = new Map<number, Interval>();
  #newest = -1;

  /** `intervalsMax`: how many it keeps, the newest. */
  constructor(intervalsMax: number) {
    this.#intervalsMax = intervalsMax;
  }

  /** Takes a message; false when it brings nothing new: it was there already, or comes much too late. */
  add(message: LiveMessage): boolean {
    const { index } = message;
    if (message.tasks.length === 0 || index <= this.#newest - this.#intervalsMax) return false;
    const interval = this.#intervals.get(index) ?? { parts: [], merged: null };
    const { region, second, seconds, total } = message;
    const tasks = new Set(message.tasks);
    const shared = interval.parts.filter(
      (part) => part.region === region && message.tasks.some((task) => part.tasks.has(task)),
    );
    // Two that overlap cannot be told apart any more: the one that knows of more tasks stays.
    const known = shared.reduce((sum, part) => sum + part.tasks.size, 0);
    if (known >= tasks.size) return false;
    const others = interval.parts.filter((part) => !shared.includes(part));
    interval.parts = [...others, { region, second, seconds, total, tasks }];
    interval.merged = null;
    this.#intervals.set(index, interval);
    this.#newest = Math.max(this.#newest, index);
    for (const old of this.#intervals.keys()) if (old <= this.#newest - this.#intervalsMax) this.#intervals.delete(old);
    return true;
  }

  /** Forgets what lies before `second` entirely. */
  forgetBefore(second: number): void {
    for (const [index, { parts }] of this.#intervals) {
      if (parts.every((part) => part.second + part.seconds <= second)) this.#intervals.delete(index);
    }
  }

  /** In order of time. What they hold must not be changed. */
  moments(): LiveMoment[] {
    return [...this.#intervals]
      .sort(([one], [other]) => one - other)
      .map(([, interval]) => {
        interval.merged ??= merge(interval.parts);
        return interval.merged;
      });
  }
}

function merge(parts: readonly Part[]): LiveMoment {
  const total = new Statistics();
  for (const part of parts) total.addConcurrent(part.total);
  const second = Math.min(...parts.map((part) => part.second));
  const end = Math.max(...parts.map((part) => part.second + part.seconds));
  return { second, seconds: end - second, total, tasks: parts.reduce((sum, { tasks }) => sum + tasks.size, 0) };
}

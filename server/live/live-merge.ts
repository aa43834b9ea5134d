/**
 * Merges the windows that tasks print while they run: per region, and over all. A window counts once, however often it comes; one that
 * comes too late to be shown is dropped, since live data is lossy anyhow and the segments are the truth.
 */
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';

/** Intervals that are kept; older windows are dropped. */
const INTERVALS_KEPT = 60;
/** An interval is shown when as many tasks have told of it as of any of the last so many. */
const INTERVALS_COMPARED = 3;

/** A live second (or interval, where tasks tell of several at once). */
export interface LiveSecond {
  /** Whole seconds from go. */
  second: number;
  users: number;
  requestsPerSecond: number;
  failures: number;
  p95Ms: number;
}

export interface LiveSnapshot extends LiveSecond {
  regions: Record<string, LiveSecond>;
}

interface Interval {
  second: number;
  seconds: number;
  /** `region/task` of those that have told. */
  told: Set<string>;
  regions: Map<string, Statistics>;
}

export class LiveMerge {
  /** Over all windows that were counted. */
  requests = 0;
  failures = 0;
  readonly #intervals = new Map<number, Interval>();
  #newest = -1;

  /** Takes a window; false when it was there already, or comes too late. */
  add(window: LiveWindow): boolean {
    const { seq, region, task, total } = window;
    if (seq <= this.#newest - INTERVALS_KEPT) return false;
    const interval = this.#intervals.get(seq) ?? this.#open(window);
    const name = `${region}/${task}`;
    if (interval.told.has(name)) return false;
    interval.told.add(name);
    interval.seconds = Math.max(interval.seconds, window.seconds);
    const statistics = interval.regions.get(region) ?? new Statistics();
    interval.regions.set(region, statistics);
    statistics.addConcurrent(total);
    this.requests += total.requests;
    this.failures += total.failures;
    return true;
  }

  /** The newest interval of which all tasks have told that still tell; null before the first. */
  newest(): LiveSnapshot | null {
    const compared = [...this.#intervals.keys()].sort((a, b) => b - a).slice(0, INTERVALS_COMPARED);
    const toldMax = Math.max(0, ...compared.map((seq) => this.#intervals.get(seq)?.told.size ?? 0));
    const shown = compared.find((seq) => this.#intervals.get(seq)?.told.size === toldMax);
    const interval = shown === undefined ? undefined : this.#intervals.get(shown);
    if (interval === undefined) return null;
    const all = new Statistics();
    for (const statistics of interval.regions.values()) all.addConcurrent(statistics);
    const regions = [...interval.regions].map(([name, statistics]) => [name, liveSecond(interval, statistics)]);
    return { ...liveSecond(interval, all), regions: Object.fromEntries(regions) };
  }

  #open({ seq, second, seconds }: LiveWindow): Interval {
    const interval: Interval = { second, seconds, told: new Set(), regions: new Map() };
    this.#intervals.set(seq, interval);
    this.#newest = Math.max(this.#newest, seq);
    for (const old of this.#intervals.keys()) if (old <= this.#newest - INTERVALS_KEPT) this.#intervals.delete(old);
    return interval;
  }
}

function liveSecond({ second, seconds }: Interval, statistics: Statistics): LiveSecond {
  return {
    second: second + seconds - 1,
    users: statistics.concurrencyMax,
    requestsPerSecond: statistics.requests / seconds,
    failures: statistics.failures,
    p95Ms: (statistics.responseTime ?? statistics.serviceTime).percentileUs(95) / 1000,
  };
}

/**
 * A run's series in ticks of ten seconds, written once when the run has ended: a long part of it is then read from a tenth of the data. What
 * a tick holds is merged, never averaged, so nothing of it is less exact; only the seconds inside it cannot be told apart any more.
 */
import { type Rolled, rolledSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { SegmentWriter } from '../../core/statistics/segment.ts';
import { SeriesRollup } from '../../core/statistics/series.ts';
import type { Window } from '../../core/statistics/window.ts';
import { WindowReader } from '../../core/statistics/window-reader.ts';
import { type RunFolder, readJson, toJson } from '../run-folder/run-folder.ts';
import { writeSegmentFile } from '../run-folder/segment-files.ts';
import { EvenRates } from './even-rates.ts';

const TICK_SECONDS = 10;
const SEGMENT_SECONDS = 600;

/** Rolls up one region, or (null) all of them together. */
class Roller {
  readonly #region: string | null;
  readonly #folder: RunFolder;
  readonly #rollup: SeriesRollup;
  #index = 0;
  #writer: SegmentWriter | null = null;
  #finished: { index: number; bytes: Uint8Array }[] = [];

  constructor(region: string | null, folder: RunFolder) {
    this.#region = region;
    this.#folder = folder;
    this.#rollup = new SeriesRollup(TICK_SECONDS, (tick) => this.#addTick(tick));
  }

  add(window: Window): void {
    this.#rollup.add(window);
  }

  finish(): void {
    this.#rollup.finish();
    this.#finishSegment();
  }

  /** Writes the segments that are finished. */
  async store(): Promise<void> {
    for (const { bytes, index } of this.#finished) {
      await writeSegmentFile(this.#folder, runFolderPaths.rolled(this.#region, index), bytes);
    }
    this.#finished = [];
  }

  #addTick(tick: Window): void {
    const index = Math.floor(tick.second / SEGMENT_SECONDS);
    if (index !== this.#index) this.#finishSegment();
    this.#index = index;
    this.#writer ??= new SegmentWriter({
      region: this.#region ?? '',
      tasks: [],
      index,
      firstSecond: index * SEGMENT_SECONDS,
      seconds: SEGMENT_SECONDS,
      tickSeconds: TICK_SECONDS,
    });
    this.#writer.addWindow(tick);
  }

  #finishSegment(): void {
    if (this.#writer !== null) this.#finished.push({ index: this.#index, bytes: this.#writer.finish() });
    this.#writer = null;
  }
}

/** Rolls up a run's series while it is read once, in order of time. */
export class RolledSeriesWriter {
  readonly #folder: RunFolder;
  readonly #all: Roller;
  /** By region; empty when there is only one, which is the same as all. */
  readonly #regions: Map<string, Roller>;
  readonly #reader = new WindowReader();
  #measuredSeconds = 0;
  readonly #rates = new EvenRates();

  constructor(folder: RunFolder, regions: readonly string[]) {
    this.#folder = folder;
    this.#all = new Roller(null, folder);
    this.#regions = new Map(regions.length < 2 ? [] : regions.map((name) => [name, new Roller(name, folder)]));
  }

  /** Takes a second of all regions together. */
  addWindow(window: Window): void {
    this.#measuredSeconds = window.second + 1;
    let requests = 0;
    for (const statistics of window.labels.values()) requests += statistics.requests;
    this.#rates.add(window.second, requests);
    this.#all.add(window);
  }

  /** Takes the folded segments of one index. */
  async addSegments(segments: readonly { region: string; bytes: Uint8Array | null }[]): Promise<void> {
    for (const { bytes, region } of segments) {
      const roller = this.#regions.get(region);
      if (roller === undefined || bytes === null) continue;
      this.#reader.read([bytes], (window) => roller.add(window));
      await roller.store();
    }
    await this.#all.store();
  }

  async finish(): Promise<void> {
    for (const roller of [this.#all, ...this.#regions.values()]) {
      roller.finish();
      await roller.store();
    }
    const index: Rolled = {
      tickSeconds: TICK_SECONDS,
      segmentSeconds: SEGMENT_SECONDS,
      measuredSeconds: this.#measuredSeconds,
      requestsPerSecond: this.#rates.parts(),
    };
    await this.#folder.put(runFolderPaths.rolledIndex, toJson(index));
  }
}

/** Null when the run has none: it has not ended, or is older than they are. */
export function readRolledIndex(folder: RunFolder): Promise<Rolled | null> {
  return readJson(folder, runFolderPaths.rolledIndex, rolledSchema);
}

/**
 * Reads the files in which tools write their samples down, while they do, and hands over windows of seconds that are complete.
 *
 * A second is closed when every file has been read up to an instant `HOLD_MS` behind its end. Where a file's end was reached, that instant is
 * the one at which reading began; where there is more to read, the end of the latest sample read so far. What comes later still is counted in
 * the second that is open then (`lateSamples`): totals are exact whatever happens.
 */
import type { Mask } from '../../../core/secrets/secret-mask.ts';
import type { Window } from '../../../core/statistics/window.ts';
import { ErrorExamples } from './error-examples.ts';
import { JtlReader } from './jtl-reader.ts';
import { K6Reader } from './k6-reader.ts';
import type { SampleReader } from './sample-reader.ts';
import { SampleWindows } from './sample-windows.ts';
import { TailFile } from './tail-file.ts';

const POLL_MS = 250;
/** Tools write a sample down at once, or within a fifth of a second; a pause of their garbage collector may hold it up. */
export const HOLD_MS = 3_000;
/** By so much tools' clocks may be ahead of the one read here. */
const AHEAD_MS_MAX = 2_000;

/** Where one execution's samples appear. */
export interface SampleFiles {
  format: 'jtl' | 'k6';
  samples: string;
  /** JMeter's file of failed samples. */
  errors: string | null;
}

export interface SampleReadingOptions {
  files: readonly SampleFiles[];
  /** The instant of go, in epoch milliseconds of this machine's clock, and of `monotonicMs`. */
  goAtMs: number;
  goAtMonotonicMs: number;
  monotonicMs(): number;
  /** Of secrets that must not show in labels and errors; null: there are none. */
  mask: Mask | null;
  onWindow(window: Window): void;
  /** Called once, when samples can no longer be read. */
  onFailure(error: unknown): void;
}

interface Source {
  tail: TailFile;
  reader: SampleReader;
  /** Everything that ended before was read: microseconds from go. */
  readUntilUs: number;
}

export class SampleReading {
  readonly #options: SampleReadingOptions;
  readonly #windows: SampleWindows;
  readonly #sources: Source[];
  readonly #errorTails: TailFile[] = [];
  readonly #examples = new ErrorExamples();
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;
  #failed = false;
  /** Time as it would have passed without stops of the whole machine, after which tools have yet to write. */
  #clockUs = 0;

  constructor(options: SampleReadingOptions) {
    this.#options = options;
    this.#windows = new SampleWindows({
      mask: options.mask,
      onWindow: options.onWindow,
      exampleOf: (label, { key }) => this.#examples.exampleOf(label, key),
    });
    this.#sources = options.files.map((files, source) => {
      const from = { windows: this.#windows, source, goAtMs: options.goAtMs };
      const reader = files.format === 'k6' ? new K6Reader(from) : new JtlReader(from);
      const tail = new TailFile(files.samples, (bytes, length) => reader.take(bytes, length));
      return { tail, reader, readUntilUs: Number.NEGATIVE_INFINITY };
    });
    for (const { errors } of options.files) {
      if (errors !== null)
        this.#errorTails.push(new TailFile(errors, (bytes, length) => this.#examples.take(bytes, length)));
    }
  }

  get lateSamples(): number {
    return this.#windows.lateSamples;
  }

  get samples(): number {
    return this.#sources.reduce((sum, { reader }) => sum + reader.samples, 0);
  }

  /** When the first sample of each execution began, in microseconds from go; Infinity: it has none. */
  get firstStartsUs(): number[] {
    return this.#sources.map(({ reader }) => reader.firstStartUs);
  }

  /** Bytes of rows that were never finished: a tool was killed while it wrote. */
  get cutBytes(): number {
    return this.#sources.reduce((sum, { tail }) => sum + tail.restBytes, 0);
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#reading = this.#readOn();
    }, POLL_MS);
  }

  /** Reads all that is left, of tools that have ended, and hands over the last windows. Throws what reading failed with. */
  async finish(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#reading;
    try {
      if (!this.#failed) await this.#readAll();
    } finally {
      this.#windows.finish();
      for (const tail of [...this.#sources.map((source) => source.tail), ...this.#errorTails]) await tail.close();
    }
  }

  async #readOn(): Promise<void> {
    try {
      await this.#readAll();
    } catch (error) {
      this.#failed = true;
      this.#options.onFailure(error);
    }
    if (this.#timer !== null && !this.#failed) this.start();
  }

  async #readAll(): Promise<void> {
    const { goAtMonotonicMs, monotonicMs } = this.#options;
    for (const tail of this.#errorTails) {
      while (!this.#examples.isDone && (await tail.readSome()));
    }
    const nowUs = (monotonicMs() - goAtMonotonicMs) * 1_000;
    this.#clockUs = Math.min(nowUs, this.#clockUs + 2_000 * POLL_MS);
    this.#windows.latestUs = nowUs + AHEAD_MS_MAX * 1_000;
    for (const source of this.#sources) {
      while (await source.tail.readSome()) {
        source.readUntilUs = Math.max(source.readUntilUs, Math.min(source.reader.lastEndUs, nowUs));
        this.#closeSeconds();
      }
      source.readUntilUs = Math.max(source.readUntilUs, this.#clockUs);
    }
    this.#closeSeconds();
  }

  #closeSeconds(): void {
    const readUntilUs = Math.min(...this.#sources.map((source) => source.readUntilUs));
    if (Number.isFinite(readUntilUs)) this.#windows.closeUntil(readUntilUs - HOLD_MS * 1_000);
  }
}

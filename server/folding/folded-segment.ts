/** Segment `k` of a region: those of its tasks merged into one, again and again as more of them land. */
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { mergeSegments } from '../../core/statistics/merge-segments.ts';
import { readSegmentHeader } from '../../core/statistics/segment.ts';
import type { Log } from '../ports/log.ts';
import { inParallel } from '../run-folder/in-parallel.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSegmentFile, writeSegmentFile } from '../run-folder/segment-files.ts';

/** Segments that are read at once. */
const READ_AT_ONCE = 32;
/**
 * Bytes of segments, uncompressed, that are merged at a time: each merge reads and writes what was folded before, so fewer are cheaper, and more
 * bytes are more memory.
 */
const MERGED_BYTES = 8 * 1024 * 1024;

export class FoldedSegment {
  readonly region: string;
  readonly index: number;
  /** Uncompressed; null while no task is in. */
  bytes: Uint8Array | null = null;
  /** Numbers of the tasks that are in. */
  readonly tasks = new Set<number>();
  readonly #folder: RunFolder;
  readonly #log: Log;
  #changed = false;

  private constructor(folder: RunFolder, log: Log, region: string, index: number) {
    this.#folder = folder;
    this.#log = log;
    this.region = region;
    this.index = index;
  }

  /** As it was folded so far; empty when it was not. A damaged one is folded anew. */
  static async load(folder: RunFolder, log: Log, region: string, index: number): Promise<FoldedSegment> {
    const folded = new FoldedSegment(folder, log, region, index);
    try {
      const bytes = await readSegmentFile(folder, runFolderPaths.folded(region, index));
      if (bytes !== null) folded.#take(bytes);
    } catch (error) {
      if (!isDamage(error)) throw error;
      log('warn', 'a folded segment is damaged and is folded anew', { region, index, error: error.message });
    }
    return folded;
  }

  /** Whether all that is in can be read by others. */
  get isStored(): boolean {
    return !this.#changed;
  }

  /** Takes in the segments of these tasks, as far as they have landed. Says whose are missing, and whose cannot be read. */
  async takeIn(tasks: readonly number[]): Promise<{ missing: number[]; damaged: number[] }> {
    const missing: number[] = [];
    const damaged: number[] = [];
    let landed: { task: number; bytes: Uint8Array }[] = [];
    let landedBytes = 0;
    const merge = () => {
      damaged.push(...this.#merge(landed));
      landed = [];
      landedBytes = 0;
    };
    await inParallel(tasks, READ_AT_ONCE, async (task) => {
      const bytes = await this.#read(task);
      if (bytes === null) missing.push(task);
      else if (bytes === 'damaged') damaged.push(task);
      else {
        landed.push({ task, bytes });
        landedBytes += bytes.length;
        if (landedBytes >= MERGED_BYTES) merge();
      }
    });
    merge();
    return { missing: missing.sort((a, b) => a - b), damaged: damaged.sort((a, b) => a - b) };
  }

  /** Writes it, when something was taken in. */
  async store(): Promise<void> {
    if (!this.#changed || this.bytes === null) return;
    await writeSegmentFile(this.#folder, runFolderPaths.folded(this.region, this.index), this.bytes);
    this.#changed = false;
  }

  async #read(task: number): Promise<Uint8Array | null | 'damaged'> {
    const id: TaskId = { region: this.region, task };
    try {
      const bytes = await readSegmentFile(this.#folder, runFolderPaths.segment(id, this.index));
      if (bytes === null) return null;
      const head = readSegmentHeader(bytes);
      const own = head.region === this.region && head.index === this.index && head.tasks.join() === String(task);
      if (!own) throw new LoadstarError('run_folder_invalid', 'It is the segment of another task or time.');
      return bytes;
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#logDamage(task, error);
      return 'damaged';
    }
  }

  /** Merges all at once; when that fails, one by one, to leave out only those that are damaged. Returns whose were left out. */
  #merge(landed: readonly { task: number; bytes: Uint8Array }[]): number[] {
    if (landed.length === 0) return [];
    const segments = landed.map(({ bytes }) => bytes);
    try {
      this.#take(mergeSegments(this.bytes === null ? segments : [this.bytes, ...segments]));
      this.#changed = true;
      return [];
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (landed.length > 1) return landed.flatMap((one) => this.#merge([one]));
      return landed.map(({ task }) => {
        this.#logDamage(task, error);
        return task;
      });
    }
  }

  #take(bytes: Uint8Array): void {
    const head = readSegmentHeader(bytes);
    if (head.region !== this.region || head.index !== this.index) {
      throw new LoadstarError('run_folder_invalid', 'It is the segment of another region or time.');
    }
    this.bytes = bytes;
    this.tasks.clear();
    for (const task of head.tasks) this.tasks.add(task);
  }

  #logDamage(task: number, error: LoadstarError): void {
    const { region, index } = this;
    this.#log('warn', "a task's segment is damaged and is left out", { region, task, index, error: error.message });
  }
}

function isDamage(error: unknown): error is LoadstarError {
  return error instanceof LoadstarError && error.code === 'run_folder_invalid';
}

/**
 * Finished segments on their way into the run folder: compressed and written one after the other, in order, off the load loop. While the
 * folder cannot be written for a while they wait in memory, up to a bound; above it, or when writing can never work, the queue fails.
 */
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import { isTransient } from '../run-folder/retries.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';

const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** Between two rounds of the folder's own retries. */
const PAUSE_MS = 2_000;
/** After the last patience ran out, what a single write with its retries may still take. */
const HANGING_WRITE_MS = 15_000;

export interface SegmentQueueOptions {
  id: TaskId;
  folder: RunFolder;
  clock: Clock;
  log: Log;
  /** To zstd, off the event loop. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /** Called once, when segments can no longer be delivered; later ones are dropped. */
  onFailure(error: LoadstarError): void;
  waitingBytesMax?: number;
}

export class SegmentQueue {
  /** Segments 0 to `written` - 1 are in the folder. */
  written = 0;
  readonly #options: SegmentQueueOptions;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #working: Promise<void> | null = null;
  #failure: LoadstarError | null = null;
  /** Monotonic milliseconds after which a failing write is not tried again. */
  #patienceEndsAtMs = Number.POSITIVE_INFINITY;

  constructor(options: SegmentQueueOptions) {
    this.#options = options;
  }

  /** Takes the next segment, uncompressed, and returns at once. */
  add(segment: Uint8Array): void {
    if (this.#failure !== null) return;
    const bytesMax = this.#options.waitingBytesMax ?? WAITING_BYTES_MAX;
    if (this.#waitingBytes + segment.length > bytesMax) {
      this.#fail(
        new LoadstarError(
          'store_failed',
          `the run folder took no segment for too long: ${this.#waiting.length} are waiting, and more than ${bytesMax} bytes are not kept`,
        ),
      );
      return;
    }
    this.#waiting.push(segment);
    this.#waitingBytes += segment.length;
    this.#working ??= this.#work();
  }

  /** Resolves when every segment is written or the queue has failed; goes on trying for `patienceMs`. */
  async drain(patienceMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#patienceEndsAtMs = clock.monotonicMs() + patienceMs;
    const drained = new AbortController();
    await Promise.race([this.#working, clock.sleep(patienceMs + HANGING_WRITE_MS, drained.signal)]);
    drained.abort();
    if (this.#waiting.length > 0) {
      this.#fail(new LoadstarError('store_failed', `writing segment ${this.written} into the run folder does not end`));
    }
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options;
    for (let segment = this.#waiting[0]; segment !== undefined; segment = this.#waiting[0]) {
      try {
        await this.#write(segment);
        this.#waiting.shift();
        this.#waitingBytes -= segment.length;
      } catch (error) {
        if (this.#failure !== null) break;
        if (!isTransient(error) || clock.monotonicMs() >= this.#patienceEndsAtMs) {
          this.#fail(
            error instanceof LoadstarError ? error : new LoadstarError('internal', messageOf(error), { cause: error }),
          );
          break;
        }
        log('warn', 'segments are waiting to be written', { waiting: this.#waiting.length, error: messageOf(error) });
        await clock.sleep(PAUSE_MS);
      }
    }
    this.#working = null;
  }

  async #write(segment: Uint8Array): Promise<void> {
    const { compress, folder, id } = this.#options;
    await folder.write(runFolderPaths.segment(id, this.written), await compress(segment));
    this.written++;
  }

  #fail(error: LoadstarError): void {
    this.#failure = error;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#options.onFailure(error);
  }
}

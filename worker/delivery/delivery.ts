/**
 * All that a task delivers into the run folder: segments while the load runs; then the last segments, the totals, `done.json`, and the XML
 * last of all, which commits the result. Delivering the same again writes the same.
 */
import { LoadstarError } from '../../core/errors.ts';
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { writeTaurusXml } from '../../core/report/taurus-xml.ts';
import { type Done, type GeneratorHealth, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { writeHdrLog } from '../../core/statistics/hdr-log.ts';
import { SegmentWriter } from '../../core/statistics/segment.ts';
import type { Window } from '../../core/statistics/window.ts';
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import type { SharedLog } from '../shared-log.ts';
import { LiveLines } from './live-lines.ts';
import { RunTotals } from './run-totals.ts';
import { SegmentQueue } from './segment-queue.ts';

export interface DeliveryOptions {
  plan: Plan;
  id: TaskId;
  folder: RunFolder;
  clock: Clock;
  log: Log;
  sharedLog: SharedLog | null;
  /** To zstd, off the event loop. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  printLine(line: string): void;
  /** Called once, when segments can no longer be delivered: the load is in vain from then on. */
  onFailure(error: LoadstarError): void;
}

export interface Ending {
  exit: Done['exit'];
  error: string | null;
  health: GeneratorHealth;
  /** Of the script's own; not given: all were met. */
  failedCriterion?: string | undefined;
  /** Epoch milliseconds of go, control plane's clock; when it never came, of now. */
  startedAtMs: number;
}

/** How long segments that cannot be written are tried after the load's end: in leases, at most so many milliseconds. */
const DRAIN_PATIENCE_LEASES = 2;
const DRAIN_PATIENCE_MS_MAX = 30_000;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #queue: SegmentQueue;
  readonly #live: LiveLines | null;
  readonly #totals = new RunTotals();
  /** The open one. */
  #segment: SegmentWriter | null = null;
  #nextSecond = 0;
  #closed = false;
  #failure: LoadstarError | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { plan, id, printLine, sharedLog } = options;
    this.#live =
      plan.liveIntervalSeconds === null
        ? null
        : new LiveLines({
            id,
            run: sharedLog?.runId ?? null,
            intervalSeconds: plan.liveIntervalSeconds,
            printLine,
          });
    this.#queue = new SegmentQueue({
      ...options,
      onFailure: (error) => this.#fail(error),
    });
  }

  /** Takes the engine's windows, in order. Never throws: the engine's loop is not the place to hear of it. */
  addWindow(window: Window): void {
    if (!this.#closed) this.#guarded(() => this.#take(window));
  }

  /**
   * Writes all that is still missing, the commit mark last. Resolves with the `done.json` that was written; its exit is `failed` when
   * segments were lost. Throws `store_failed` when the result itself cannot be written.
   */
  async finish(ending: Ending): Promise<Done> {
    const { folder, id } = this.#options;
    this.#closed = true;
    this.#guarded(() => {
      this.#endSegment();
      this.#live?.flush();
    });
    const patienceMs = DRAIN_PATIENCE_LEASES * this.#options.plan.leaseSeconds * 1_000;
    await this.#queue.drain(Math.min(DRAIN_PATIENCE_MS_MAX, patienceMs));

    const total = this.#totals.total();
    const durationSeconds = total.lastEndedUs / 1e6;
    const { labels } = this.#totals;
    const done: Done = {
      region: id.region,
      task: id.task,
      exit: this.#failure === null ? ending.exit : 'failed',
      error: ending.error ?? this.#failure?.message ?? null,
      ...(ending.failedCriterion === undefined ? {} : { failedCriterion: ending.failedCriterion }),
      segments: this.#queue.written,
      requests: total.requests,
      failures: total.failures,
      lastEndedUs: total.lastEndedUs,
      health: ending.health,
    };
    try {
      const hdrLog = writeHdrLog(labels, { startedAtMs: ending.startedAtMs, durationSeconds });
      await folder.write(runFolderPaths.totals(id), Buffer.from(hdrLog));
      await writeDone(folder, done);
      await folder.write(runFolderPaths.xml(id), Buffer.from(writeTaurusXml({ durationSeconds, labels, total })));
      return done;
    } catch (error) {
      // Whoever looks for the missing result may at least find out why.
      await writeDone(folder, { ...done, exit: 'failed', error: messageOf(error) }).catch(() => {});
      throw error;
    }
  }

  /** Once something has failed, nothing more is taken. */
  #guarded(work: () => void): void {
    if (this.#failure !== null) return;
    try {
      work();
    } catch (error) {
      this.#fail(
        error instanceof LoadstarError ? error : new LoadstarError('internal', messageOf(error), { cause: error }),
      );
    }
  }

  #fail(error: LoadstarError): void {
    this.#failure = error;
    this.#options.onFailure(error);
  }

  #take(window: Window): void {
    if (window.second !== this.#nextSecond) {
      throw new LoadstarError('internal', `the engine gave second ${window.second} where ${this.#nextSecond} was due`);
    }
    this.#nextSecond++;
    this.#totals.addWindow(window);
    this.#live?.addWindow(window);
    const { id, plan } = this.#options;
    const index = Math.floor(window.second / plan.segmentSeconds);
    this.#segment ??= new SegmentWriter({
      region: id.region,
      tasks: [id.task],
      index,
      firstSecond: index * plan.segmentSeconds,
      seconds: plan.segmentSeconds,
    });
    this.#segment.addWindow(window);
    if ((window.second + 1) % plan.segmentSeconds === 0) this.#endSegment();
  }

  #endSegment(): void {
    if (this.#segment === null) return;
    this.#queue.add(this.#segment.finish());
    this.#segment = null;
  }
}

/** Writes the task's `done.json`. */
export async function writeDone(folder: RunFolder, done: Done): Promise<void> {
  await folder.write(runFolderPaths.done(done), Buffer.from(`${JSON.stringify(done, null, 2)}\n`));
}

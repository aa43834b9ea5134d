/**
 * Turns samples into windows of one second. A sample belongs to the second in which it ended; samples come in the order of their ends,
 * so there is one open window, and the first sample or turn of the clock behind its second closes it.
 */
import { limits, OTHER_LABEL } from '../../../core/limits.ts';
import type { Mask } from '../../../core/secrets/secret-mask.ts';
import { errorKey, Statistics } from '../../../core/statistics/statistics.ts';
import type { Window } from '../../../core/statistics/window.ts';
import type { Failure } from '../failure.ts';
import type { Exchange } from '../protocols/protocol.ts';
import { ErrorLedger } from './error-ledger.ts';
import { LabelRecord, type SampleTimes } from './label-record.ts';

export class Recorder {
  #onWindow: (window: Window) => void;
  #mask: Mask | null;
  #records = new Map<string, LabelRecord>();
  #errors = new ErrorLedger();
  #task = new Statistics();
  #users = 0;
  #startedAtMs = 0;
  #second = 0;
  /** Instant at which the open second is over. */
  #secondEndsAtMs = Number.POSITIVE_INFINITY;
  #labels = new Map<string, Statistics>();

  /** `mask`: of secrets that must not show in labels and errors; null: there are none. */
  constructor(onWindow: (window: Window) => void, mask: Mask | null = null) {
    this.#onWindow = onWindow;
    this.#mask = mask;
  }

  /** Where a label's samples are counted; labels above `limits.labelsMax` share one: those asked for last. */
  recordOf(text: string): LabelRecord {
    const label = this.#mask === null ? text : this.#mask(text);
    const ownCount = this.#records.size - (this.#records.has(OTHER_LABEL) ? 1 : 0);
    const name = this.#records.has(label) || ownCount < limits.labelsMax ? label : OTHER_LABEL;
    let record = this.#records.get(name);
    if (record === undefined) {
      record = new LabelRecord(name);
      this.#records.set(name, record);
    }
    return record;
  }

  /** The first second begins: go, in milliseconds of `performance.now()`. */
  start(startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
    this.#secondEndsAtMs = startedAtMs + 1_000;
  }

  /** When the open second is over. */
  get secondEndsAtMs(): number {
    return this.#secondEndsAtMs;
  }

  /**
   * Counts a sample. `failure`: why it is none of the successes. The instant to go on from: the end of the sample, or later when it
   * was the first of a new second and windows had to be handed over.
   */
  ended(record: LabelRecord, exchange: Exchange, times: SampleTimes, failure: Failure | null, title: string): number {
    const { endedAtMs } = exchange;
    const isNewSecond = endedAtMs >= this.#secondEndsAtMs;
    if (isNewSecond) this.closeSeconds(endedAtMs);
    record.ended(exchange, times, this.#startedAtMs);
    if (failure !== null) {
      const mask = this.#mask ?? ((text) => text);
      this.#errors.count(record.label, record.statistics, this.#masked(failure), () =>
        mask(`${title}\n${exchange.responseStart()}`.trim()),
      );
    }
    return isNewSecond ? performance.now() : endedAtMs;
  }

  #masked(failure: Failure): Failure {
    if (this.#mask === null) return failure;
    const message = this.#mask(failure.message);
    return message === failure.message ? failure : { ...failure, message, key: errorKey(failure.type, message) };
  }

  /** Counts a request that was dropped while under way. */
  dropped(record: LabelRecord, times: SampleTimes): void {
    record.dropped(times);
  }

  /** Counts planned starts that never began. */
  droppedStarts(count: number): void {
    this.#task.droppedStarts += count;
    this.#task.plannedStarts += count;
  }

  /** `change` users more are active. */
  usersChanged(change: number): void {
    this.#users += change;
    if (this.#users > this.#task.concurrencyMax) this.#task.concurrencyMax = this.#users;
  }

  /** Hands over the windows of all seconds that are over by then. */
  closeSeconds(nowMs: number): void {
    while (nowMs >= this.#secondEndsAtMs) {
      this.#closeSecond();
      this.#secondEndsAtMs = this.#startedAtMs + (this.#second + 1) * 1_000;
    }
  }

  /** Hands over the last, unfinished second, unless nothing is in it but an earlier second was handed over. */
  finish(nowMs: number): void {
    this.closeSeconds(nowMs);
    const { droppedStarts } = this.#task;
    const holdsAnything = [...this.#records.values()].some((record) => record.complete());
    if (this.#second === 0 || droppedStarts > 0 || holdsAnything) this.#closeSecond();
  }

  #closeSecond(): void {
    this.#labels.clear();
    for (const [label, record] of this.#records) {
      if (record.complete()) this.#labels.set(label, record.statistics);
    }
    this.#onWindow({ second: this.#second, labels: this.#labels, task: this.#task });
    for (const record of this.#records.values()) record.clear();
    this.#task.clear();
    this.#task.concurrencyMax = this.#users;
    this.#second++;
  }
}

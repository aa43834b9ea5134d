/** The transactions that a user is in, and how samples count in them: as JMeter's Transaction Controller counts them. */
import type { CompiledTransaction } from '../compile/program.ts';
import type { Failure } from '../failure.ts';
import type { Exchange } from '../protocols/protocol.ts';
import type { LabelRecord, SampleTimes } from '../recording/label-record.ts';
import type { Recorder } from '../recording/recorder.ts';
import { OpenTransaction } from './open-transaction.ts';

export class TransactionStack {
  #recorder: Recorder;
  /** The innermost is the last. */
  #open: OpenTransaction[] = [];

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** `record`: null when its sample is part of another's. */
  begin(transaction: CompiledTransaction, record: LabelRecord | null, nowMs: number): void {
    record?.began();
    this.#open.push(new OpenTransaction(transaction, record, nowMs));
  }

  /** A request was planned that is counted as part of a transaction. */
  planned(times: SampleTimes): void {
    for (const open of this.#open) if (open.transaction.isParent) open.planned(times);
  }

  /** Counts a sample, and in the transactions around it. The instant to go on from. */
  sample(
    record: LabelRecord | null,
    exchange: Exchange,
    times: SampleTimes,
    failure: Failure | null,
    title: string,
  ): number {
    const outermostParent = this.#open.findIndex((open) => open.transaction.isParent);
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const open = this.#open[at]!;
      // JMeter tells failures to the parent alone; what lies between is a success.
      const isUntold = at > outermostParent && outermostParent >= 0 && !open.transaction.isParent;
      open.add(exchange, isUntold ? null : failure, title);
      if (open.transaction.isParent) return exchange.endedAtMs;
    }
    return record === null ? exchange.endedAtMs : this.#recorder.ended(record, exchange, times, failure, title);
  }

  /**
   * The innermost is over. `counts`: also without a sample in it. `lastSampleOk`: of the user, when the transaction was broken off; else null. Whether it
   * was a success, and the instant to go on from.
   */
  end(
    nowMs: number,
    counts: boolean,
    lastSampleOk: boolean | null = null,
  ): { nowMs: number; succeeded: boolean | null } {
    const open = this.#open.pop();
    if (open === undefined) return { nowMs, succeeded: null };
    const { isParent } = open.transaction;
    if (open.samples === 0 && !counts && !isParent) {
      open.record?.abandoned();
      return { nowMs, succeeded: null };
    }
    open.end(nowMs, lastSampleOk);
    const succeeded = open.failure === null;
    if (isParent) return { nowMs: this.sample(open.record, open, open, open.failure, open.title), succeeded };
    const atMs =
      open.record === null ? nowMs : this.#recorder.ended(open.record, open, open, open.failure, open.record.label);
    return { nowMs: atMs, succeeded: null };
  }

  /** The user leaves: what it did in transactions that are samples of their own is counted, the others are given up. */
  leave(nowMs: number): void {
    while (!this.isEmpty) {
      const innermost = this.#open.at(-1);
      if (innermost?.transaction.isParent && innermost.samples > 0) this.end(nowMs, false);
      else this.#open.pop()?.record?.abandoned();
    }
  }

  /** The request under way was dropped, and what it was part of with it. */
  drop(): void {
    for (const open of this.#open.splice(0)) {
      if (open.transaction.isParent) open.record?.dropped(open);
      else open.record?.abandoned();
    }
  }
}

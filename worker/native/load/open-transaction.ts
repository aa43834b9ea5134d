/** A transaction that a user is in: sums up what happens in it, and is the sample of it when it ends. */
import type { CompiledTransaction } from '../compile/program.ts';
import { type Failure, failure } from '../failure.ts';
import type { Exchange } from '../protocols/protocol.ts';
import type { LabelRecord, SampleTimes } from '../recording/label-record.ts';

const hasFailures = failure('transaction', 'a request in it failed');
const brokenOff = failure('transaction', 'it was broken off, and the last request had failed');

export class OpenTransaction implements Exchange, SampleTimes {
  readonly transaction: CompiledTransaction;
  readonly record: LabelRecord | null;
  /** Of its first request, where that is part of it. */
  plannedAtMs: number | null = null;
  isLate = false;
  /** What its failures are called: the failed request, where nobody else counts that. */
  title = '';
  /** Samples in it. */
  samples = 0;
  failure: Failure | null = null;
  sentAtMs: number;
  firstByteAtMs = -1;
  endedAtMs = 0;
  resolveMs = -1;
  connectMs = -1;
  tlsMs = -1;
  bytesSent = 0;
  bytesReceived = 0;
  /** 200; of a parent that failed, the first failed sample's. */
  code = 0;
  readonly url = '';
  readonly isFromCache = false;
  readonly children = [];
  readonly bodyProblem = null;

  #sampleMs = 0;
  #latencyMs = 0;
  #hasLatency = false;
  #start = '';

  constructor(transaction: CompiledTransaction, record: LabelRecord | null, nowMs: number) {
    this.transaction = transaction;
    this.record = record;
    this.sentAtMs = nowMs;
  }

  planned({ plannedAtMs, isLate }: SampleTimes): void {
    if (this.samples > 0 || this.plannedAtMs !== null) return;
    this.plannedAtMs = plannedAtMs;
    this.isLate = isLate;
  }

  /** Takes a sample in; `failure`: why it is no success. */
  add(sample: Exchange, failure: Failure | null, title: string): void {
    this.samples++;
    this.bytesSent += sample.bytesSent;
    this.bytesReceived += sample.bytesReceived;
    this.#sampleMs += sample.endedAtMs - sample.sentAtMs;
    if (sample.firstByteAtMs >= 0) {
      this.#hasLatency = true;
      this.#latencyMs += sample.firstByteAtMs - sample.sentAtMs;
    }
    this.resolveMs = sum(this.resolveMs, sample.resolveMs);
    this.connectMs = sum(this.connectMs, sample.connectMs);
    this.tlsMs = sum(this.tlsMs, sample.tlsMs);
    if (this.failure === null) this.code = sample.code;
    if (failure === null || this.failure !== null) return;
    if (!this.transaction.isParent) this.failure = hasFailures;
    else {
      this.failure = failure;
      this.title = title;
      this.#start = sample.responseStart();
    }
  }

  /**
   * It is over: from here on it is the sample. Without think-times it took as long as its samples together. `lastSampleOk`: it was broken off, and unless
   * it is a parent it was a success when the user's last request was one, as JMeter has it; null: it was not.
   */
  end(nowMs: number, lastSampleOk: boolean | null): void {
    this.endedAtMs = nowMs;
    if (!this.transaction.includesThinkTime) this.sentAtMs = nowMs - this.#sampleMs;
    if (this.#hasLatency) this.firstByteAtMs = this.sentAtMs + this.#latencyMs;
    if (this.transaction.isParent) {
      if (this.failure === null) this.code = 200;
    } else if (lastSampleOk === null) this.code = this.failure === null ? 200 : 0;
    else {
      this.code = 0;
      this.failure = lastSampleOk ? null : (this.failure ?? brokenOff);
    }
  }

  headText(): string {
    return '';
  }

  bodyText(): string {
    return '';
  }

  responseStart(): string {
    return this.#start;
  }
}

function sum(total: number, one: number): number {
  return one < 0 ? total : Math.max(total, 0) + one;
}

/** The current second's samples of one label. */
import { Distribution } from '../../../core/statistics/distribution.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import type { Exchange } from '../protocols/protocol.ts';

/** What a sample has beside its exchange. */
export interface SampleTimes {
  /** Milliseconds of `performance.now()`; null in the closed model, where a request is planned when it is sent. */
  plannedAtMs: number | null;
  /** It had to wait for a free user. */
  isLate: boolean;
}

export class LabelRecord {
  readonly label: string;
  readonly statistics = new Statistics();

  #underWay = 0;
  /** Codes repeat: they are counted here until another one comes. */
  #code = 0;
  #codeCount = 0;

  constructor(label: string) {
    this.label = label;
  }

  /** A request of the label begins. */
  began(): void {
    if (++this.#underWay > this.statistics.concurrencyMax) this.statistics.concurrencyMax = this.#underWay;
  }

  /** A request of the label has ended; `startedAtMs` is the instant of go. Does not count failures. */
  ended(exchange: Exchange, { plannedAtMs, isLate }: SampleTimes, startedAtMs: number): void {
    const { statistics } = this;
    const { endedAtMs, sentAtMs, firstByteAtMs, resolveMs, connectMs, tlsMs } = exchange;
    this.#underWay--;
    statistics.requests++;
    statistics.plannedStarts++;
    if (isLate) statistics.lateStarts++;
    statistics.bytesSent += exchange.bytesSent;
    statistics.bytesReceived += exchange.bytesReceived;
    statistics.lastEndedUs = Math.max(statistics.lastEndedUs, toUs(endedAtMs - startedAtMs));
    if (plannedAtMs !== null) statistics.splitResponseTime().record(toUs(endedAtMs - plannedAtMs));
    const serviceUs = toUs(endedAtMs - sentAtMs);
    statistics.serviceTime.record(serviceUs);
    if (plannedAtMs === null) statistics.responseTime?.record(serviceUs);
    if (firstByteAtMs >= 0) {
      statistics.timeToFirstByte.record(toUs(firstByteAtMs - sentAtMs));
      statistics.transfer ??= new Distribution();
      statistics.transfer.record(toUs(endedAtMs - firstByteAtMs));
    }
    if (resolveMs >= 0) statistics.recordPhase('resolve', toUs(resolveMs));
    if (connectMs >= 0) statistics.recordPhase('connect', toUs(connectMs));
    if (tlsMs >= 0) statistics.recordPhase('tls', toUs(tlsMs));
    if (exchange.code !== 0) this.#countCode(exchange.code);
  }

  /** A request of the label was dropped while under way. */
  dropped({ isLate }: SampleTimes): void {
    this.#underWay--;
    this.statistics.plannedStarts++;
    this.statistics.unfinishedRequests++;
    if (isLate) this.statistics.lateStarts++;
  }

  /** What began is no sample after all. */
  abandoned(): void {
    this.#underWay--;
  }

  /** Completes the statistics of the second. False when there is nothing in them. */
  complete(): boolean {
    this.#flushCode();
    const { requests, concurrencyMax, unfinishedRequests } = this.statistics;
    return requests > 0 || concurrencyMax > 0 || unfinishedRequests > 0;
  }

  /** Begins the next second, with the requests that are still under way. */
  clear(): void {
    this.statistics.clear();
    this.statistics.concurrencyMax = this.#underWay;
  }

  #countCode(code: number): void {
    if (code !== this.#code) {
      this.#flushCode();
      this.#code = code;
    }
    this.#codeCount++;
  }

  #flushCode(): void {
    if (this.#codeCount > 0) this.statistics.countCode(this.#code, this.#codeCount);
    this.#codeCount = 0;
  }
}

/** Whole microseconds, as distributions take them. */
export function toUs(ms: number): number {
  return Math.round(ms * 1_000);
}

/**
 * What is known of some samples - of a label in a second, of a region in a run - in a form that merges exactly. Recording is the
 * engine's hot path; summaries for people are made from it at the very end (`core/report/summarize.ts`).
 */
import { Distribution } from './distribution.ts';

/** An error as it is counted: what kind, and what it says. */
export interface ErrorCount {
  /** Stable kind: `http`, `timeout`, `connect`, `assertion`, ... */
  type: string;
  message: string;
  count: number;
  /** The first one seen, shortened; null when there is nothing more to show than the message. */
  example: string | null;
}

/** What takes the errors whose types are too many to be kept apart (`limits.errorTypesMax`). */
export const OTHER_ERROR = { type: 'other', message: 'errors of further kinds' } as const;

/**
 * Times that not every request has: each is null until one had it. In the order in which they are stored.
 *
 *     resolve     the host's name to addresses        only requests that asked a resolver
 *     connect     TCP                                 only requests that opened a connection
 *     tls         handshake                           only requests that opened one with TLS
 *     transfer    first byte of the response to end   only requests that were answered
 */
export const phases = ['connect', 'resolve', 'tls', 'transfer'] as const;
export type Phase = (typeof phases)[number];

/** Key of an error in `Statistics.errors`. */
export function errorKey(type: string, message: string): string {
  return `${type}\n${message}`;
}

export class Statistics {
  requests = 0;
  failures = 0;
  plannedStarts = 0;
  lateStarts = 0;
  droppedStarts = 0;
  unfinishedRequests = 0;
  bytesSent = 0;
  bytesReceived = 0;
  concurrencyMax = 0;
  /** Microseconds from go to the end of the last sample. */
  lastEndedUs = 0;
  readonly serviceTime = new Distribution();
  /**
   * Null while every sample's response time was its service time (the closed model): then `serviceTime` stands for both, and is
   * recorded, stored and merged once.
   */
  responseTime: Distribution | null = null;
  readonly timeToFirstByte = new Distribution();
  resolve: Distribution | null = null;
  connect: Distribution | null = null;
  tls: Distribution | null = null;
  transfer: Distribution | null = null;
  readonly codes = new Map<number, number>();
  readonly errors = new Map<string, ErrorCount>();

  /** Makes room for response times that differ from service times; those seen so far were equal. */
  splitResponseTime(): Distribution {
    if (this.responseTime === null) {
      this.responseTime = new Distribution();
      this.responseTime.add(this.serviceTime);
    }
    return this.responseTime;
  }

  /** Adds a duration of a phase. */
  recordPhase(phase: Phase, durationUs: number): void {
    this.phase(phase).record(durationUs);
  }

  /** The distribution of a phase, made if there is none yet. */
  phase(phase: Phase): Distribution {
    this[phase] ??= new Distribution();
    return this[phase];
  }

  /** What Taurus and JMeter call the time to connect: resolving, TCP and TLS together, summed over all requests. */
  get openingSumUs(): number {
    return (this.resolve?.sumUs ?? 0) + (this.connect?.sumUs ?? 0) + (this.tls?.sumUs ?? 0);
  }

  countCode(code: number, count: number): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + count);
  }

  countError(error: ErrorCount): void {
    const key = errorKey(error.type, error.message);
    const known = this.errors.get(key);
    if (known === undefined) {
      this.errors.set(key, { ...error });
    } else {
      known.count += error.count;
      // Of two examples the smaller string stays, so that merging does not depend on the order.
      if (error.example !== null && (known.example === null || error.example < known.example)) {
        known.example = error.example;
      }
    }
  }

  /** Adds samples of the same second from another task: users and requests under way were there at the same time. */
  addConcurrent(other: Statistics): void {
    this.#add(other);
    this.concurrencyMax += other.concurrencyMax;
  }

  /** Adds samples of another time: of two concurrencies the larger counts. */
  addLater(other: Statistics): void {
    this.#add(other);
    if (other.concurrencyMax > this.concurrencyMax) this.concurrencyMax = other.concurrencyMax;
  }

  /** Back to empty; keeps its memory. */
  clear(): void {
    this.requests = 0;
    this.failures = 0;
    this.plannedStarts = 0;
    this.lateStarts = 0;
    this.droppedStarts = 0;
    this.unfinishedRequests = 0;
    this.bytesSent = 0;
    this.bytesReceived = 0;
    this.concurrencyMax = 0;
    this.lastEndedUs = 0;
    this.serviceTime.clear();
    this.responseTime?.clear();
    this.timeToFirstByte.clear();
    for (const phase of phases) this[phase]?.clear();
    this.codes.clear();
    this.errors.clear();
  }

  #add(other: Statistics): void {
    // Before the service times are added: what was recorded here so far had equal response times.
    if (other.responseTime !== null) this.splitResponseTime();
    this.responseTime?.add(other.responseTime ?? other.serviceTime);
    this.requests += other.requests;
    this.failures += other.failures;
    this.plannedStarts += other.plannedStarts;
    this.lateStarts += other.lateStarts;
    this.droppedStarts += other.droppedStarts;
    this.unfinishedRequests += other.unfinishedRequests;
    this.bytesSent += other.bytesSent;
    this.bytesReceived += other.bytesReceived;
    if (other.lastEndedUs > this.lastEndedUs) this.lastEndedUs = other.lastEndedUs;
    this.serviceTime.add(other.serviceTime);
    this.timeToFirstByte.add(other.timeToFirstByte);
    for (const phase of phases) {
      const times = other[phase];
      if (times !== null && times.count > 0) this.phase(phase).add(times);
    }
    for (const [code, count] of other.codes) this.countCode(code, count);
    for (const error of other.errors.values()) this.countError(error);
  }
}

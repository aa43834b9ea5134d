/**
 * Samples as other tools wrote them down, on their way into windows of one second. They come in about the order of their ends, from several
 * files: a second stays open until nothing can come for it any more, and is then counted as the native engine counts its own.
 */
import { limits, OTHER_LABEL } from '../../../core/limits.ts';
import type { Mask } from '../../../core/secrets/secret-mask.ts';
import { Distribution } from '../../../core/statistics/distribution.ts';
import { errorKey, OTHER_ERROR, Statistics } from '../../../core/statistics/statistics.ts';
import type { Window } from '../../../core/statistics/window.ts';
import { type CountedError, ErrorLedger } from '../../native/recording/error-ledger.ts';

const SECOND_US = 1_000_000;
/** Numbers of one sample in the memory of its second. */
const STRIDE = 11;
const SAMPLES_INITIAL = 1_024;
/** Kinds of errors that are told apart here; the ledger keeps fewer. */
const ERRORS_MAX = 10 * limits.errorTypesMax;

/** A sample as a reader understood it; used again for the next one. Durations in microseconds, -1: there is none. */
export interface Sample {
  /** A number of `labelNumber`. */
  label: number;
  /** From go; before it when negative. */
  endUs: number;
  elapsedUs: number;
  /** To the first byte of the response. */
  latencyUs: number;
  /** Opening of the connection: whatever of resolving, TCP and TLS the tool counts as one. */
  connectUs: number;
  tlsUs: number;
  bytesReceived: number;
  bytesSent: number;
  /** HTTP status; 0: none. */
  code: number;
  /** Why it failed: a number of `errorNumber`; -1: it did not. */
  error: number;
  /** Active users that the tool tells with it; -1: it does not. */
  users: number;
}

export function emptySample(): Sample {
  return {
    label: 0,
    endUs: 0,
    elapsedUs: 0,
    latencyUs: -1,
    connectUs: -1,
    tlsUs: -1,
    bytesReceived: 0,
    bytesSent: 0,
    code: 0,
    error: -1,
    users: -1,
  };
}

/** What is known of an open second. */
class OpenSecond {
  values = new Float64Array(SAMPLES_INITIAL * STRIDE);
  length = 0;
  /** Of each source, most active users; -1: not told. */
  readonly users: number[] = [];
  bytesReceived = 0;
  bytesSent = 0;

  room(): number {
    const at = this.length;
    if (at === this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.length += STRIDE;
    return at;
  }

  clear(): void {
    this.length = 0;
    this.users.length = 0;
    this.bytesReceived = 0;
    this.bytesSent = 0;
  }
}

/** A label in the second that is being counted. */
class LabelTally {
  readonly label: string;
  readonly statistics = new Statistics();
  /** Codes repeat: they are counted here until another one comes. */
  #code = 0;
  #codeCount = 0;

  constructor(label: string) {
    this.label = label;
  }

  countCode(code: number): void {
    if (code !== this.#code) this.flushCode();
    this.#code = code;
    this.#codeCount++;
  }

  flushCode(): void {
    if (this.#codeCount > 0 && this.#code > 0) this.statistics.countCode(this.#code, this.#codeCount);
    this.#codeCount = 0;
  }
}

export interface SampleWindowsOptions {
  /** Of secrets that must not show in labels and errors; null: there are none. */
  mask: Mask | null;
  onWindow(window: Window): void;
  /** What is known of an error of a label, for people; null: nothing yet. */
  exampleOf(label: string, error: CountedError): string | null;
}

export class SampleWindows {
  /** Samples that came when their second was closed, or pretend to be of the future: they are counted in the nearest second that may be. */
  lateSamples = 0;
  /** Nothing can have ended later: microseconds from go. */
  latestUs: number = Number.POSITIVE_INFINITY;
  readonly #options: SampleWindowsOptions;
  readonly #labels: LabelTally[] = [];
  readonly #labelNumbers = new Map<string, number>();
  readonly #errors: CountedError[] = [];
  readonly #errorNumbers = new Map<string, number>();
  readonly #ledger = new ErrorLedger();
  readonly #task = new Statistics();
  readonly #window = new Map<string, Statistics>();
  /** By second; those between hold nothing. */
  readonly #open = new Map<number, OpenSecond>();
  readonly #free: OpenSecond[] = [];
  /** Of each source, as it was told last. */
  readonly #users: number[] = [];
  #firstOpen = 0;
  #last = -1;
  #current: OpenSecond | null = null;
  #currentSecond = -1;

  constructor(options: SampleWindowsOptions) {
    this.#options = options;
  }

  /** The first second that is not closed. */
  get firstOpenSecond(): number {
    return this.#firstOpen;
  }

  /** Labels above `limits.labelsMax` share one. */
  labelNumber(text: string): number {
    const label = this.#shown(text);
    const known = this.#labelNumbers.get(label);
    if (known !== undefined) return known;
    const own = this.#labelNumbers.size - (this.#labelNumbers.has(OTHER_LABEL) ? 1 : 0);
    if (label !== OTHER_LABEL && own >= limits.labelsMax) return this.labelNumber(OTHER_LABEL);
    const number = this.#labels.push(new LabelTally(label)) - 1;
    this.#labelNumbers.set(label, number);
    return number;
  }

  errorNumber(type: string, text: string): number {
    const message = this.#shown(text);
    const key = errorKey(type, message);
    const known = this.#errorNumbers.get(key);
    if (known !== undefined) return known;
    if (this.#errors.length > ERRORS_MAX) return this.errorNumber(OTHER_ERROR.type, OTHER_ERROR.message);
    const number = this.#errors.push({ type, message, key }) - 1;
    this.#errorNumbers.set(key, number);
    return number;
  }

  /** Counts a sample of a source (0, 1, ...) in the second of its end. */
  add(sample: Sample, source: number): void {
    const second = this.#secondOf(sample.endUs);
    const at = second.room();
    const into = second.values;
    into[at] = sample.label;
    into[at + 1] = Math.min(sample.endUs, this.latestUs);
    into[at + 2] = sample.elapsedUs;
    into[at + 3] = sample.latencyUs;
    into[at + 4] = sample.connectUs;
    into[at + 5] = sample.tlsUs;
    into[at + 6] = sample.bytesReceived;
    into[at + 7] = sample.bytesSent;
    into[at + 8] = sample.code;
    into[at + 9] = sample.error;
    into[at + 10] = sample.users;
    if (sample.users >= 0) noteUsers(second, source, sample.users);
  }

  /** So many users of a source are active. */
  setUsers(source: number, atUs: number, users: number): void {
    if (atUs >= this.#firstOpen * SECOND_US) noteUsers(this.#secondOf(atUs), source, users);
  }

  /** Counts bytes that belong to no label. */
  addBytes(atUs: number, received: number, sent: number): void {
    const second = this.#secondOf(atUs);
    second.bytesReceived += received;
    second.bytesSent += sent;
  }

  /** Hands over the windows of all seconds that are over by then: nothing comes for them any more. */
  closeUntil(instantUs: number): void {
    const end = Math.floor(instantUs / SECOND_US);
    while (this.#firstOpen < end) this.#close();
  }

  /** Hands over what is left; a run without any sample has one empty second. */
  finish(): void {
    while (this.#firstOpen <= Math.max(this.#last, 0)) this.#close();
  }

  #shown(text: string): string {
    const { mask } = this.#options;
    return mask === null ? text : mask(text);
  }

  #secondOf(endUs: number): OpenSecond {
    let second = Math.floor(endUs / SECOND_US);
    if (endUs > this.latestUs) {
      this.lateSamples++;
      second = Math.max(this.#firstOpen, Math.floor(this.latestUs / SECOND_US));
    }
    if (second < this.#firstOpen) {
      // What ended before go is no late sample, but belongs to its beginning.
      if (second >= 0 || this.#firstOpen > 0) this.lateSamples++;
      second = this.#firstOpen;
    }
    if (second === this.#currentSecond) return this.#current!;
    let open = this.#open.get(second);
    if (open === undefined) {
      open = this.#free.pop() ?? new OpenSecond();
      this.#open.set(second, open);
    }
    if (second > this.#last) this.#last = second;
    this.#current = open;
    this.#currentSecond = second;
    return open;
  }

  #close(): void {
    const second = this.#firstOpen++;
    const open = this.#open.get(second) ?? null;
    this.#task.clear();
    this.#window.clear();
    if (open !== null) {
      this.#count(open);
      for (const tally of this.#labels) {
        tally.flushCode();
        if (tally.statistics.requests > 0) this.#window.set(tally.label, tally.statistics);
      }
    }
    this.#task.concurrencyMax = this.#usersIn(open);
    this.#options.onWindow({ second, labels: this.#window, task: this.#task });
    for (const statistics of this.#window.values()) statistics.clear();
    if (open !== null) this.#release(second, open);
  }

  #release(second: number, open: OpenSecond): void {
    open.clear();
    this.#open.delete(second);
    this.#free.push(open);
    if (this.#currentSecond === second) this.#currentSecond = -1;
  }

  #count(open: OpenSecond): void {
    const { length, values } = open;
    for (let at = 0; at < length; at += STRIDE) {
      const tally = this.#labels[values[at]!]!;
      const { statistics } = tally;
      statistics.requests++;
      const endUs = values[at + 1]!;
      if (endUs > statistics.lastEndedUs) statistics.lastEndedUs = endUs;
      const elapsedUs = values[at + 2]!;
      const latencyUs = values[at + 3]!;
      statistics.serviceTime.record(elapsedUs);
      if (latencyUs >= 0) {
        statistics.timeToFirstByte.record(latencyUs);
        statistics.transfer ??= new Distribution();
        statistics.transfer.record(elapsedUs - latencyUs);
      }
      if (values[at + 4]! >= 0) statistics.recordPhase('connect', values[at + 4]!);
      if (values[at + 5]! >= 0) statistics.recordPhase('tls', values[at + 5]!);
      statistics.bytesReceived += values[at + 6]!;
      statistics.bytesSent += values[at + 7]!;
      tally.countCode(values[at + 8]!);
      if (values[at + 9]! >= 0) this.#countFailure(tally, values[at + 9]!);
      if (values[at + 10]! > statistics.concurrencyMax) statistics.concurrencyMax = values[at + 10]!;
      statistics.plannedStarts++;
    }
    this.#task.bytesReceived = open.bytesReceived;
    this.#task.bytesSent = open.bytesSent;
  }

  #countFailure({ label, statistics }: LabelTally, number: number): void {
    const error = this.#errors[number]!;
    this.#ledger.count(label, statistics, error, () => {
      const example = this.#options.exampleOf(label, error);
      return example === null ? null : this.#shown(example);
    });
  }

  /** Users of all sources together: those told in the second, else those told last. */
  #usersIn(open: OpenSecond | null): number {
    for (const [source, users] of open?.users.entries() ?? []) {
      if (users !== undefined && users >= 0) this.#users[source] = users;
    }
    return this.#users.reduce((sum, users) => sum + (users ?? 0), 0);
  }
}

function noteUsers({ users }: OpenSecond, source: number, count: number): void {
  if (count > (users[source] ?? -1)) users[source] = count;
}

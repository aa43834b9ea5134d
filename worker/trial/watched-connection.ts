/** Connections that keep what goes over them, for a user whom somebody looks over the shoulder. They are opened in place of plain ones. */
import type { TrialBody, TrialExchange, TrialTimings } from '../../core/api/trials.ts';
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';
import type { Failure } from '../native/failure.ts';
import { BodyCollector } from '../native/protocols/http1/body-collector.ts';
import { Connection, type ConnectionOwner, type OpenConnection } from '../native/protocols/http1/connection.ts';
import { headerValue } from '../native/protocols/http1/head-text.ts';
import { Lane } from '../native/protocols/http1/lane.ts';
import type { Outgoing } from '../native/protocols/http1/request.ts';
import { documentKinds } from '../native/protocols/http1/response-grammar.ts';
import type { ResponseParser, ResponseWishes } from '../native/protocols/http1/response-parser.ts';
import { shownBody } from './shown-body.ts';
import { shownHead, shownRequestHead, shownUrl } from './shown-head.ts';

const HEAD_END = '\r\n\r\n';
/** What is made text of a request's body: more than is shown of it, whatever its letters are. */
const BODY_BYTES_READ_MAX = 4 * limits.trialBodyCharactersMax;

/** What went over connections for one step. */
export class ExchangeWatch {
  /** Hides what is secret. */
  readonly mask: Mask;
  #attempts: Attempt[] = [];

  constructor(mask: Mask) {
    this.mask = mask;
  }

  readonly open: OpenConnection = (...options) => new WatchedConnection(this, options);

  add(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** All since the last time, in the order in which they began; those that are not over end now. */
  take(nowMs: number): Attempt[] {
    const attempts = this.#attempts;
    this.#attempts = [];
    for (const attempt of attempts) attempt.end(nowMs, null);
    return attempts;
  }
}

/** How an attempt begins; `isFirst`: it waits for the connection to open. */
interface Beginning {
  isFirst: boolean;
  nowMs: number;
}

/** A request that was sent or was to be sent over a connection, and what came back. */
export class Attempt {
  readonly owner: ConnectionOwner;
  #mask: Mask;
  #connection: Connection;
  #isFirst: boolean;
  #beganAtMs: number;
  #url: string;
  #outgoing: Outgoing | null = null;
  #body = new BodyCollector();
  #bodyBytes = 0;
  #exchange: TrialExchange | null = null;

  constructor(connection: Connection, owner: ConnectionOwner, mask: Mask, { isFirst, nowMs }: Beginning) {
    this.owner = owner;
    this.#mask = mask;
    this.#connection = connection;
    this.#isFirst = isFirst;
    this.#beganAtMs = nowMs;
    const { origin } = connection;
    this.#url = owner instanceof Lane ? owner.url : `${origin.isSecure ? 'https' : 'http'}://${origin.authority}`;
  }

  /** Null as long as it is not over. */
  get exchange(): TrialExchange | null {
    return this.#exchange;
  }

  get isSent(): boolean {
    return this.#outgoing !== null;
  }

  /** What the parser is to be told: as the lane wishes, and all of it for us. */
  sent(outgoing: Outgoing, wishes: ResponseWishes, parser: ResponseParser): ResponseWishes {
    this.#outgoing = outgoing;
    const append = (buffer: Buffer, start: number, end: number): void => {
      const isDocument = parser.head.document !== documentKinds.none;
      (wishes.body ?? (isDocument ? wishes.document : null))?.append(buffer, start, end);
      this.#bodyBytes += end - start;
      this.#body.append(buffer, start, end);
    };
    const settle = (): void => {
      wishes.body?.settle();
      wishes.document?.settle();
      this.#body.settle();
    };
    return { ...wishes, keepsHead: true, memo: null, body: { append, settle } };
  }

  /** Before the connection takes another one. */
  end(nowMs: number, failure: Failure | null): void {
    if (this.#exchange !== null) return;
    const { head } = this.#connection.parser;
    const isSent = this.#outgoing !== null;
    const request = this.#request();
    this.#exchange = {
      method: request.method,
      url: shownUrl(this.#mask(this.#url)),
      status: isSent && head.code >= 100 ? head.code : null,
      durationMs: rounded(nowMs - this.#beganAtMs),
      timings: this.#timings(nowMs),
      requestHead: request.head,
      requestBody: request.body,
      responseHead: isSent && head.text !== '' ? shownHead(head.text, this.#mask) : null,
      responseBody: isSent ? this.#responseBody(head.contentEncoding, head.text) : null,
      failure: failure === null ? null : { type: failure.type, message: failure.message },
    };
    this.#body.clear();
  }

  #request(): { method: string; head: string | null; body: TrialBody | null } {
    if (this.#outgoing === null) return { method: '', head: null, body: null };
    const { payload, wire } = this.#outgoing;
    const end = wire.indexOf(HEAD_END);
    const head = wire.slice(0, end);
    const bytes = payload ?? Buffer.from(wire.slice(end + HEAD_END.length), 'latin1');
    const text = bytes.toString('utf8', 0, BODY_BYTES_READ_MAX);
    const isCut = bytes.length > BODY_BYTES_READ_MAX;
    const body =
      bytes.length === 0 ? null : shownBody({ sizeBytes: bytes.length, text, isCut, problem: null }, this.#mask);
    return { method: head.slice(0, head.indexOf(' ')), head: shownRequestHead(head, this.#mask), body };
  }

  #responseBody(contentEncoding: string, head: string): TrialBody | null {
    if (this.#bodyBytes === 0) return null;
    const { text, isCut, problem } = this.#body.read(contentEncoding, headerValue(head, 'content-type'));
    const isTooLarge = isCut && text === '';
    const whole = isTooLarge ? 'the body is too large to be decoded' : problem;
    return shownBody({ sizeBytes: this.#bodyBytes, text, isCut, problem: whole }, this.#mask);
  }

  #timings(nowMs: number): TrialTimings {
    const opening = { resolveMs: -1, connectMs: -1, tlsMs: -1 };
    if (this.#isFirst) this.#connection.addOpeningTo(opening);
    const firstByteAtMs = this.isSent ? this.#connection.firstByteAtMs : -1;
    return timingsOf({ ...opening, sentAtMs: this.#beganAtMs, firstByteAtMs, endedAtMs: nowMs });
  }
}

/** Instants and durations as exchanges have them: negative when there was none. */
interface Times {
  resolveMs: number;
  connectMs: number;
  tlsMs: number;
  sentAtMs: number;
  firstByteAtMs: number;
  endedAtMs: number;
}

export function timingsOf({ resolveMs, connectMs, tlsMs, sentAtMs, firstByteAtMs, endedAtMs }: Times): TrialTimings {
  const orNull = (ms: number): number | null => (ms < 0 ? null : rounded(ms));
  const hasFirstByte = firstByteAtMs >= 0;
  return {
    dnsMs: orNull(resolveMs),
    connectMs: orNull(connectMs),
    tlsMs: orNull(tlsMs),
    firstByteMs: hasFirstByte ? rounded(firstByteAtMs - sentAtMs) : null,
    transferMs: hasFirstByte ? rounded(endedAtMs - firstByteAtMs) : null,
  };
}

/** To microseconds; clocks never go back, but instants of an exchange are not all read in order. */
export function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000) / 1_000);
}

class WatchedConnection extends Connection {
  #watch: ExchangeWatch;
  #relay: Relay;

  constructor(watch: ExchangeWatch, [origin, network, owner, nowMs, isRandom]: Parameters<OpenConnection>) {
    const relay = new Relay(owner);
    super(origin, network, relay, nowMs, isRandom);
    this.#watch = watch;
    this.#relay = relay;
    this.#begin(true, nowMs);
  }

  override takeOver(owner: ConnectionOwner): void {
    this.#relay.owner = owner;
  }

  override send(outgoing: Outgoing, wishes: ResponseWishes): void {
    const waiting = this.#relay.attempt;
    const attempt = waiting === null || waiting.isSent ? this.#begin(false, performance.now()) : waiting;
    super.send(outgoing, attempt.sent(outgoing, wishes, this.parser));
  }

  #begin(isFirst: boolean, nowMs: number): Attempt {
    const attempt = new Attempt(this, this.#relay.owner, this.#watch.mask, { isFirst, nowMs });
    this.#relay.attempt = attempt;
    this.#watch.add(attempt);
    return attempt;
  }
}

/** Between a connection and its owner: sees how attempts end before the owner goes on. */
class Relay implements ConnectionOwner {
  owner: ConnectionOwner;
  attempt: Attempt | null = null;

  constructor(owner: ConnectionOwner) {
    this.owner = owner;
  }

  onConnected(connection: Connection): void {
    this.owner.onConnected(connection);
  }

  onSent(connection: Connection): void {
    this.owner.onSent(connection);
  }

  onConnectFailed(connection: Connection, failure: Failure, nowMs: number): void {
    this.attempt?.end(nowMs, failure);
    this.owner.onConnectFailed(connection, failure, nowMs);
  }

  onResponse(connection: Connection, nowMs: number): void {
    this.attempt?.end(nowMs, null);
    this.owner.onResponse(connection, nowMs);
  }

  onBroken(connection: Connection, failure: Failure, nowMs: number): void {
    this.attempt?.end(nowMs, failure);
    this.owner.onBroken(connection, failure, nowMs);
  }

  onIdleClosed(connection: Connection): void {
    this.owner.onIdleClosed(connection);
  }
}

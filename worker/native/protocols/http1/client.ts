/**
 * A user's HTTP/1.1 side: sends one request at a time, keeps a connection to each origin as long as both ends want it, follows
 * redirects, and makes up for a kept connection that the server closed just then.
 */
import { limits } from '../../../../core/limits.ts';
import type { HttpSettings } from '../../../../core/scenario/scenario.ts';
import type { Failure } from '../../failure.ts';
import type { BodyText, Client, Exchange, ExchangeListener, ResponseView } from '../protocol.ts';
import { BodyCollector } from './body-collector.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import type { Origins } from './origins.ts';
import { isRedirect, redirected, tooManyRedirects } from './redirect.ts';
import type { Http1Request } from './request.ts';
import type { ResponseWishes } from './response-parser.ts';
import { connectTimedOut, timedOut } from './socket-failures.ts';
import { UserNetwork } from './user-network.ts';

export interface Http1ClientOptions {
  origins: Origins;
  /** The user's number in the whole run. */
  userIndex: number;
  listener: ExchangeListener;
  settings: HttpSettings;
  /** Fills the user's variables into a template. */
  fill(text: string): string;
  /** At least 0, below 1. */
  random(): number;
}

export class Http1Client implements Client<Http1Request>, ConnectionOwner, Exchange {
  sentAtMs = 0;
  firstByteAtMs = -1;
  endedAtMs = 0;
  resolveMs = -1;
  connectMs = -1;
  tlsMs = -1;
  bytesSent = 0;
  bytesReceived = 0;
  code = 0;
  url = '';
  isFromCache = false;
  children: readonly ResponseView[] = [];
  failure: Failure | null = null;

  #origins: Origins;
  #network: UserNetwork;
  #listener: ExchangeListener;
  /** Idle ones and the active one; a user rarely talks to more than one origin. */
  #connections: Connection[] = [];
  #active: Connection | null = null;
  /** Of a chain of redirects, the one under way. */
  #request: Http1Request | null = null;
  #redirects = 0;
  #isRetry = false;
  /** A request that could not be sent, until that is told. */
  #failed: symbol | null = null;
  #body: BodyCollector | null = null;
  #wishes: ResponseWishes = { isHead: false, keepsHead: false, body: null };

  constructor({ origins, userIndex, listener, random }: Http1ClientOptions) {
    this.#origins = origins;
    this.#network = new UserNetwork(origins, userIndex, random);
    this.#listener = listener;
  }

  iterationBegan(): void {}

  begin(request: Http1Request, nowMs: number): void {
    this.sentAtMs = nowMs;
    this.resolveMs = -1;
    this.connectMs = -1;
    this.tlsMs = -1;
    this.bytesSent = 0;
    this.bytesReceived = 0;
    this.#redirects = 0;
    this.#start(request, nowMs);
  }

  beginFailed(url: string, failure: Failure, nowMs: number): void {
    this.sentAtMs = nowMs;
    this.firstByteAtMs = -1;
    this.resolveMs = -1;
    this.connectMs = -1;
    this.tlsMs = -1;
    this.bytesSent = 0;
    this.bytesReceived = 0;
    this.url = url;
    this.#active = null;
    const failed = Symbol('failed');
    this.#failed = failed;
    setImmediate(() => {
      if (this.#failed === failed) this.#finish(failure, performance.now());
    });
  }

  timeOut(nowMs: number): void {
    const connection = this.#active;
    if (connection === null || this.#request === null) return;
    const { isConnecting } = connection;
    if (isConnecting) connection.addOpeningTo(this);
    this.#settle(connection);
    this.#forget(connection);
    connection.close();
    this.#finish(isConnecting ? connectTimedOut : timedOut, nowMs);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
    this.#active = null;
    this.#request = null;
    this.#failed = null;
  }

  headText(): string {
    return this.#active?.parser.head.text ?? '';
  }

  body(): BodyText {
    const encoding = this.#active?.parser.head.contentEncoding ?? '';
    return this.#body?.read(encoding) ?? { text: '', isCut: false, problem: null };
  }

  bodyText(): string {
    return this.body().text;
  }

  get bodyProblem(): string | null {
    const { isCut, problem } = this.body();
    return isCut ? 'the body is larger than what assertions look into (4 MiB)' : problem;
  }

  responseStart(): string {
    return this.#active?.responseStart() || `${this.headText()}${this.#wishes.body === null ? '' : this.body().text}`;
  }

  onConnected(connection: Connection): void {
    if (connection !== this.#active || this.#request === null) return;
    connection.addOpeningTo(this);
    this.#send(connection, this.#request);
  }

  onConnectFailed(connection: Connection, failure: Failure, nowMs: number): void {
    this.#forget(connection);
    if (connection !== this.#active) return;
    connection.addOpeningTo(this);
    this.#finish(failure, nowMs);
  }

  onResponse(connection: Connection, nowMs: number): void {
    const request = this.#request;
    if (connection !== this.#active || request === null) return;
    this.#settle(connection);
    if (!connection.isIdle) this.#forget(connection);
    const { head } = connection.parser;
    if (request.shape.needs.followsRedirects && isRedirect(head.code, head.location)) {
      this.#follow(request, head.code, head.location, nowMs);
    } else this.#finish(null, nowMs);
  }

  onBroken(connection: Connection, failure: Failure, nowMs: number): void {
    this.#forget(connection);
    const request = this.#request;
    if (connection !== this.#active || request === null) return;
    this.#settle(connection);
    const isStale = connection.responses > 0 && connection.bytesReceived === 0 && !this.#isRetry;
    const isClosed = failure.type === 'reset' || failure.type === 'closed-early';
    // The server closed it before it saw the request, which a fresh connection can tell from a server that is broken.
    if (isStale && isClosed) {
      this.#isRetry = true;
      this.#open(request, nowMs);
    } else this.#finish(failure, nowMs);
  }

  onIdleClosed(connection: Connection): void {
    this.#forget(connection);
  }

  #start(request: Http1Request, nowMs: number): void {
    this.#request = request;
    this.url = request.url;
    this.#isRetry = false;
    this.#wishes.body = null;
    const connection = this.#idleConnection(request);
    if (connection === null) this.#open(request, nowMs);
    else {
      this.#active = connection;
      this.#send(connection, request);
    }
  }

  #idleConnection({ origin }: Http1Request): Connection | null {
    for (const connection of this.#connections) {
      if (connection.origin === origin && connection.isIdle) return connection;
    }
    return null;
  }

  #open(request: Http1Request, nowMs: number): void {
    this.firstByteAtMs = -1;
    const { randomSourceIp } = request.shape.parts;
    const connection = new Connection(request.origin, this.#network, this, nowMs, randomSourceIp);
    this.#active = connection;
    this.#connections.push(connection);
  }

  #send(connection: Connection, request: Http1Request): void {
    const wishes = this.#wishes;
    const { isHead, needs } = request.shape;
    wishes.isHead = isHead;
    wishes.keepsHead = needs.needsHead;
    wishes.body = null;
    if (needs.needsBody) {
      this.#body ??= new BodyCollector();
      this.#body.clear();
      wishes.body = this.#body;
    }
    this.bytesSent += request.wireBytes;
    connection.send(request, wishes);
  }

  /** Takes over what the connection knows of the response, as far as it came. */
  #settle(connection: Connection): void {
    this.bytesSent -= connection.unsentBytes;
    this.bytesReceived += connection.bytesReceived;
    this.firstByteAtMs = connection.firstByteAtMs;
  }

  #follow(request: Http1Request, code: number, location: string, nowMs: number): void {
    const isAllowed = this.#redirects++ < limits.redirectsMax;
    const next = isAllowed ? redirected(request, code, location, this.#origins) : tooManyRedirects;
    if ('type' in next) this.#finish(next, nowMs);
    else this.#start(next, nowMs);
  }

  #forget(connection: Connection): void {
    const at = this.#connections.indexOf(connection);
    if (at >= 0) this.#connections.splice(at, 1);
  }

  #finish(failure: Failure | null, nowMs: number): void {
    this.endedAtMs = nowMs;
    this.failure = failure;
    this.code = this.#active?.parser.isComplete ? this.#active.parser.head.code : 0;
    this.#request = null;
    this.#failed = null;
    this.#listener.onEnded(this);
  }
}

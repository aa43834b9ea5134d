/**
 * One request at a time, with all that it takes until its response is there: cookies and copies, a connection, a second attempt where a kept
 * connection was closed just then, answers to challenges, redirects.
 */
import { limits } from '../../../../core/limits.ts';
import type { Failure } from '../../failure.ts';
import { BodyCollector, type BodyText } from './body-collector.ts';
import { cacheInterests } from './cache/response-cache.ts';
import { type Connection, type ConnectionOwner, type OpenConnection, openConnection } from './connection.ts';
import { type CookieJar, cookiesFor } from './cookies/cookie-jar.ts';
import type { HeadReader } from './head-reader.ts';
import { headerValue } from './head-text.ts';
import { isRedirect, noLocation, redirected, tooManyRedirects } from './redirect.ts';
import { type Http1Request, type Outgoing, withHeaders, withoutHeader } from './request.ts';
import type { Document } from './resources/resource-finder.ts';
import { bitOf, type DocumentKind, documentKinds, headerKinds } from './response-grammar.ts';
import type { ResponseWishes } from './response-parser.ts';
import { connectTimedOut, timedOut } from './socket-failures.ts';
import type { UserMemory } from './user-memory.ts';
import type { UserNetwork } from './user-network.ts';

export interface LaneOwner {
  /** Never called from within `begin`. */
  onLaneEnded(lane: Lane): void;
}

/** Of a user: a page may embed what comes from any number of hosts. Beyond these, the oldest idle one is closed. */
const CONNECTIONS_MAX = 32;

const setCookieBit = bitOf(headerKinds.setCookie);
const LESS_THAN = 60;
const conditionNames = ['If-Modified-Since', 'If-None-Match'] as const;
const noBody: BodyText = { text: '', isCut: false, problem: null };

export class Lane implements ConnectionOwner {
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
  failure: Failure | null = null;
  /** What the response is, where somebody asks for resources in it. */
  documentKind: DocumentKind = documentKinds.none;
  /** Those that it sends. */
  cookies: CookieJar | null;
  /** They may be changed; else a copy is, once a response sets some. */
  ownsCookies = true;

  #network: UserNetwork;
  #memory: UserMemory;
  #owner: LaneOwner;
  #openConnection: OpenConnection;
  #active: Connection | null = null;
  /** Of a chain of redirects, the one under way. */
  #request: Http1Request | null = null;
  #redirects = 0;
  #isRetry = false;
  /** What was sent last is the first of its sample. */
  #isFirst = false;
  /** Asks about a copy. */
  #conditions = '';
  /** Value of the Authorization header that answers a challenge. */
  #answer: string | null = null;
  /** An end without a request, until it is told. */
  #ending: symbol | null = null;
  #head = '';
  #contentEncoding = '';
  #contentType: string | null = null;
  #body: BodyCollector | null = null;
  #wishes: ResponseWishes = { isHead: false, keepsHead: false, interests: 0, body: null, document: null, memo: null };

  constructor(network: UserNetwork, memory: UserMemory, owner: LaneOwner, open: OpenConnection = openConnection) {
    this.#network = network;
    this.#memory = memory;
    this.#owner = owner;
    this.#openConnection = open;
    this.cookies = memory.cookies;
  }

  /** A request is under way. */
  get isBusy(): boolean {
    return this.#request !== null || this.#ending !== null;
  }

  begin(request: Http1Request, nowMs: number): void {
    this.#reset(nowMs);
    this.#start(request, nowMs);
  }

  /** In place of a request that cannot be sent. */
  beginFailed(url: string, failure: Failure, nowMs: number): void {
    this.#reset(nowMs);
    this.url = url;
    this.#endLater(failure);
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

  /** Drops the request under way, if any, without a word. Its connection is closed. */
  drop(): void {
    if (this.#active !== null && this.#request !== null) {
      this.#forget(this.#active);
      this.#active.close();
    }
    this.#active = null;
    this.#request = null;
    this.#ending = null;
  }

  /** What it holds of the response's body is not needed any more. */
  forgetBody(): void {
    if (!this.isBusy) this.#body?.clear();
  }

  headText(): string {
    return this.#head;
  }

  /** Empty unless the request needs it, or it is a document. */
  body(): BodyText {
    const isKept = this.#wishes.body !== null || this.documentKind !== documentKinds.none;
    if (this.#body === null || !isKept) return noBody;
    // The head of a document is kept for the document's sake, and looked into only here.
    const contentType = this.#wishes.keepsHead ? this.#contentType : headerValue(this.#head, 'content-type');
    return this.#body.read(this.#contentEncoding, contentType);
  }

  /** Where somebody asks for resources, and there may be some. */
  document(): Document | null {
    const { documentKind: kind, url } = this;
    if (kind === documentKinds.none || this.#body === null) return null;
    const contentEncoding = this.#contentEncoding;
    const { bytes } = this.#body;
    const isEmpty = kind === documentKinds.html && contentEncoding === '' && !bytes.includes(LESS_THAN);
    return isEmpty ? null : { url, kind, contentEncoding, bytes, text: () => this.body().text };
  }

  /** Within `onLaneEnded` only. */
  responseStart(): string {
    return this.#active?.responseStart() || `${this.#head}${this.body().text}`;
  }

  onConnected(connection: Connection): void {
    if (connection !== this.#active || this.#request === null) return;
    connection.addOpeningTo(this);
    this.#send(connection, this.#request);
  }

  /** What the client kept it for is no part of the sample, when that begins with it. */
  onSent(connection: Connection): void {
    if (connection === this.#active && this.#isFirst) this.sentAtMs = performance.now();
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
    const leadsOn = head.code >= 300 && isRedirect(head.code, request.shape);
    if (leadsOn && head.location === null) {
      // As in JMeter, nothing that it sets is kept.
      this.#finish(noLocation, nowMs);
      return;
    }
    if (head.found !== 0) this.#take(request, head);
    if (head.code === 401 && this.#answers(request, head)) this.#sendAgain(request, nowMs);
    else if (!leadsOn || head.location === null) this.#finish(null, nowMs);
    else if (request.shape.needs.followsRedirects) this.#follow(request, head.location, nowMs);
    else this.#finish(null, nowMs);
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

  #reset(nowMs: number): void {
    this.sentAtMs = nowMs;
    this.firstByteAtMs = -1;
    this.resolveMs = -1;
    this.connectMs = -1;
    this.tlsMs = -1;
    this.bytesSent = 0;
    this.bytesReceived = 0;
    this.isFromCache = false;
    this.#redirects = 0;
    this.#active = null;
    // Of the response before this one.
    this.#wishes.body = null;
  }

  #start(request: Http1Request, nowMs: number): void {
    const { cache } = this.#memory;
    this.#conditions = '';
    this.#answer = null;
    if (cache !== null && !cache.isEmpty) {
      const { isFresh, conditions } = cache.look(request, this.cookies, Date.now());
      if (isFresh) {
        this.#endWithCopy(request, nowMs);
        return;
      }
      this.#conditions = conditions;
    }
    this.#request = request;
    this.url = request.url;
    this.#sendAgain(request, nowMs);
  }

  /** A redirect that leads to a copy ends there, with the response that it was. */
  #endWithCopy(request: Http1Request, nowMs: number): void {
    if (this.#redirects > 0) {
      this.#finish(null, nowMs);
      return;
    }
    this.url = request.url;
    this.isFromCache = true;
    this.#endLater(null);
  }

  #sendAgain(request: Http1Request, nowMs: number): void {
    this.#isRetry = false;
    const connection = this.#idleConnection(request);
    if (connection === null) this.#open(request, nowMs);
    else {
      connection.takeOver(this);
      this.#active = connection;
      this.#send(connection, request);
    }
  }

  #idleConnection({ origin }: Http1Request): Connection | null {
    const { connections } = this.#memory;
    for (let index = 0; index < connections.length; index++) {
      const connection = connections[index]!;
      if (connection.origin === origin && connection.isIdle) return connection;
    }
    return null;
  }

  #open(request: Http1Request, nowMs: number): void {
    this.firstByteAtMs = -1;
    this.#wishes.body = null;
    const { connections } = this.#memory;
    if (connections.length >= CONNECTIONS_MAX) this.#closeIdle();
    const { randomSourceIp } = request.shape.parts;
    const connection = this.#openConnection(request.origin, this.#network, this, nowMs, randomSourceIp);
    this.#active = connection;
    connections.push(connection);
  }

  #closeIdle(): void {
    const idle = this.#memory.connections.find(({ isIdle }) => isIdle);
    if (idle === undefined) return;
    this.#forget(idle);
    idle.close();
  }

  #send(connection: Connection, request: Http1Request): void {
    const wishes = this.#wishes;
    const { isHead, isGet, memo, needs } = request.shape;
    const { interests, uncachedInterests } = this.#memory;
    wishes.isHead = isHead;
    wishes.memo = memo;
    wishes.keepsHead = needs.needsHead || needs.needsBody;
    wishes.interests = isGet ? interests : uncachedInterests;
    wishes.body = null;
    wishes.document = null;
    if (needs.needsBody || (interests & bitOf(headerKinds.contentType)) !== 0) {
      this.#body ??= new BodyCollector();
      this.#body.clear();
      if (needs.needsBody) wishes.body = this.#body;
      else wishes.document = this.#body;
    }
    const outgoing = this.#outgoing(request);
    this.#isFirst = this.bytesSent === 0;
    this.bytesSent += outgoing.wireBytes;
    connection.send(outgoing, wishes);
  }

  /** The request with what the user's memory adds to it. */
  #outgoing(request: Http1Request): Outgoing {
    const { authorizations } = this.#memory;
    const { origins } = this.#network;
    let headers = this.#conditions;
    let base = request;
    if (headers !== '') {
      // What the copy asks takes the place of what the scenario does.
      for (const name of conditionNames)
        if (headers.includes(name)) base = withoutHeader(base, name.toLowerCase(), origins);
    }
    const cookies = cookiesFor(request, this.cookies);
    if (cookies !== '') {
      headers += `Cookie: ${cookies}\r\n`;
      base = withoutHeader(base, 'cookie', origins);
    }
    if (authorizations !== null) {
      const value = this.#answer ?? authorizations.valueFor(request);
      if (value !== null) headers += `Authorization: ${value}\r\n`;
    }
    return headers === '' ? base : withHeaders(base, headers);
  }

  /** Takes over what the connection knows of the response, as far as it came. */
  #settle(connection: Connection): void {
    this.bytesSent -= connection.unsentBytes;
    this.bytesReceived += connection.bytesReceived;
    this.firstByteAtMs = connection.firstByteAtMs;
  }

  /** Remembers what the head says. */
  #take(request: Http1Request, head: HeadReader): void {
    const nowMs = Date.now();
    if ((head.found & setCookieBit) !== 0 && this.cookies !== null) {
      const { origin, target } = request;
      const query = target.indexOf('?');
      if (!this.ownsCookies) this.cookies = this.cookies.copy();
      this.ownsCookies = true;
      this.cookies.take(head.text, origin.host, query < 0 ? target : target.slice(0, query), nowMs);
    }
    const { cache, authorizations } = this.#memory;
    if (cache === null || (head.found & cacheInterests) === 0) return;
    const isAuthorized = authorizations !== null && (this.#answer ?? authorizations.valueFor(request)) !== null;
    cache.take(request, isAuthorized, head.code, head.text, nowMs);
  }

  #answers(request: Http1Request, head: HeadReader): boolean {
    if (this.#answer !== null || (head.found & bitOf(headerKinds.authenticate)) === 0) return false;
    this.#answer = this.#memory.authorizations?.answer(request, head.text) ?? null;
    return this.#answer !== null;
  }

  #follow(request: Http1Request, location: string, nowMs: number): void {
    const isAllowed = this.#redirects++ < limits.redirectsMax;
    const next = isAllowed ? redirected(request, location, this.#network.origins) : tooManyRedirects;
    if ('type' in next) this.#finish(next, nowMs);
    else this.#start(next, nowMs);
  }

  #forget(connection: Connection): void {
    const { connections } = this.#memory;
    const at = connections.indexOf(connection);
    if (at >= 0) connections.splice(at, 1);
  }

  /** Not at once: who began it is not done with that yet. */
  #endLater(failure: Failure | null): void {
    const ending = Symbol('ending');
    this.#ending = ending;
    setImmediate(() => {
      if (this.#ending === ending) this.#finish(failure, performance.now());
    });
  }

  #finish(failure: Failure | null, nowMs: number): void {
    this.endedAtMs = nowMs;
    this.failure = failure;
    const parser = this.#active?.parser;
    this.code = parser?.isComplete ? parser.head.code : 0;
    this.#head = parser?.head.text ?? '';
    this.#contentEncoding = parser?.head.contentEncoding ?? '';
    this.#contentType = parser?.head.contentType ?? null;
    this.documentKind = parser?.isComplete ? parser.head.document : documentKinds.none;
    this.#request = null;
    this.#ending = null;
    this.#owner.onLaneEnded(this);
  }
}

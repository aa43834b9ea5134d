/** A user's HTTP/1.1 side: one request at a time, and what its response embeds beside it. */
import type { HttpSettings } from '../../../../core/scenario/scenario.ts';
import type { Failure } from '../../failure.ts';
import type { Client, Exchange, ExchangeListener, ResponseView } from '../protocol.ts';
import { bodyTooLarge } from './body-collector.ts';
import type { OpenConnection } from './connection.ts';
import { Lane, type LaneOwner } from './lane.ts';
import type { Origins } from './origins.ts';
import type { Http1Request } from './request.ts';
import { PageLoad } from './resources/page-load.ts';
import { type Document, finderFor, type ResourceFinder } from './resources/resource-finder.ts';
import { timedOut } from './socket-failures.ts';
import { UserMemory } from './user-memory.ts';
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
  /** Default: connections that nobody looks into. */
  openConnection?: OpenConnection;
}

const noChildren: readonly ResponseView[] = [];
const none: readonly URL[] = [];

export class Http1Client implements Client<Http1Request>, LaneOwner, Exchange {
  #options: Http1ClientOptions;
  #network: UserNetwork;
  #memory: UserMemory;
  #finder: ResourceFinder | null;
  #main: Lane;
  #lanes: Lane[] = [];
  #request: Http1Request | null = null;
  /** Resources of the last response; null without any. */
  #page: PageLoad | null = null;
  #isLoading = false;
  #hasTimedOut = false;
  #endedAtMs = 0;

  constructor(options: Http1ClientOptions) {
    this.#options = options;
    const { origins, userIndex, settings, random } = options;
    this.#network = new UserNetwork(origins, userIndex, random);
    this.#memory = new UserMemory(settings, options.fill);
    this.#finder = finderFor(settings);
    this.#main = this.#newLane();
  }

  iterationBegan(): void {
    this.#memory.iterationBegan();
  }

  begin(request: Http1Request, nowMs: number): void {
    this.#request = request;
    this.#page = null;
    this.#main.begin(request, nowMs);
  }

  beginFailed(url: string, failure: Failure, nowMs: number): void {
    this.#page = null;
    this.#main.beginFailed(url, failure, nowMs);
  }

  timeOut(nowMs: number): void {
    if (!this.#isLoading) this.#main.timeOut(nowMs);
    else {
      this.#hasTimedOut = true;
      this.#page?.timeOut(nowMs);
    }
  }

  close(): void {
    this.#page?.drop();
    this.#isLoading = false;
    this.#main.drop();
    for (const connection of this.#memory.connections.splice(0)) connection.close();
  }

  get sentAtMs(): number {
    return this.#main.sentAtMs;
  }

  get firstByteAtMs(): number {
    return this.#main.firstByteAtMs;
  }

  get endedAtMs(): number {
    return this.#page === null ? this.#main.endedAtMs : this.#endedAtMs;
  }

  get resolveMs(): number {
    return this.#main.resolveMs;
  }

  get connectMs(): number {
    return this.#main.connectMs;
  }

  get tlsMs(): number {
    return this.#main.tlsMs;
  }

  get bytesSent(): number {
    return this.#main.bytesSent + (this.#page?.bytesSent ?? 0);
  }

  get bytesReceived(): number {
    return this.#main.bytesReceived + (this.#page?.bytesReceived ?? 0);
  }

  get code(): number {
    return this.#main.code;
  }

  get url(): string {
    return this.#main.url;
  }

  get isFromCache(): boolean {
    return this.#main.isFromCache;
  }

  get failure(): Failure | null {
    return this.#main.failure ?? (this.#page === null ? null : this.#hasTimedOut ? timedOut : this.#page.failure);
  }

  get children(): readonly ResponseView[] {
    return this.#page?.children ?? noChildren;
  }

  headText(): string {
    return this.#main.headText();
  }

  bodyText(): string {
    return this.#main.body().text;
  }

  get bodyProblem(): string | null {
    const { isCut, problem } = this.#main.body();
    return isCut ? bodyTooLarge : problem;
  }

  responseStart(): string {
    return this.#page === null ? this.#main.responseStart() : `${this.headText()}${this.bodyText()}`;
  }

  onLaneEnded(lane: Lane): void {
    if (lane !== this.#main) this.#page?.onLaneEnded(lane);
    else if (!this.#loadsResources(lane)) this.#end();
  }

  /** False: the response embeds none, or they are not wanted. */
  #loadsResources(main: Lane): boolean {
    const request = this.#request;
    if (this.#finder === null || request === null || main.failure !== null || main.code >= 400) return false;
    const document = main.document();
    const { settings, fill, origins } = this.#options;
    const pattern = settings.resources?.pattern ?? '';
    const find = (found: Document): readonly URL[] =>
      this.#finder?.find(found, pattern === '' ? '' : fill(pattern)) ?? none;
    const urls = document === null ? none : find(document);
    if (urls.length === 0) return false;
    const page = new PageLoad({
      request,
      origins,
      cookies: this.#memory.cookies,
      find,
      isSequential: settings.resources?.poolSize === 1,
      idleLane: () => this.#idleLane(),
      onEnded: (nowMs) => this.#pageEnded(nowMs),
    });
    this.#page = page;
    this.#isLoading = true;
    this.#hasTimedOut = false;
    page.begin(urls, main.endedAtMs);
    return true;
  }

  #newLane(): Lane {
    return new Lane(this.#network, this.#memory, this, this.#options.openConnection);
  }

  #idleLane(): Lane | null {
    const idle = this.#lanes.find(({ isBusy }) => !isBusy);
    if (idle !== undefined) return idle;
    if (this.#lanes.length >= (this.#options.settings.resources?.poolSize ?? 1)) return null;
    const lane = this.#newLane();
    this.#lanes.push(lane);
    return lane;
  }

  #pageEnded(nowMs: number): void {
    if (!this.#isLoading) return;
    this.#isLoading = false;
    this.#endedAtMs = nowMs;
    for (const lane of this.#lanes) lane.forgetBody();
    this.#end();
  }

  #end(): void {
    this.#options.listener.onEnded(this);
    this.#main.forgetBody();
  }
}

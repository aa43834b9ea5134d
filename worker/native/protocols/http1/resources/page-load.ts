/**
 * Requests what a page embeds, and what that embeds in turn, over some lanes at once: with the page's cookies and headers, as part of its sample. What
 * one of them sets as cookies the others do not see; the user has them when all are there.
 */
import { type Failure, failure, statusFailure } from '../../../failure.ts';
import type { ResponseView } from '../../protocol.ts';
import { bodyTooLarge } from '../body-collector.ts';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import type { Lane } from '../lane.ts';
import type { Origins } from '../origins.ts';
import { headersFor } from '../redirect.ts';
import { compileShape, type Http1Request, requestOf } from '../request.ts';
import { targetOf } from '../request-target.ts';
import type { Document } from './resource-finder.ts';

/** Documents within documents, as JMeter has it. */
const DEPTH_MAX = 5;
/** All resources of a page, with those of its frames. */
const RESOURCES_MAX = 1_000;

const tooMany = failure('resource', `the page embeds more than the ${RESOURCES_MAX} resources that are requested`);

interface Resource {
  /** Among all of the page. */
  number: number;
  url: URL;
  depth: number;
}

export interface PageLoadOptions {
  /** The page's. */
  request: Http1Request;
  origins: Origins;
  cookies: CookieJar | null;
  /** What a document embeds, as far as it is wanted. */
  find(document: Document): readonly URL[];
  /** The next idle lane; null: none is to be had. */
  idleLane(): Lane | null;
  onEnded(nowMs: number): void;
}

export class PageLoad {
  bytesSent = 0;
  bytesReceived = 0;
  /** Of the first resource that failed. */
  failure: Failure | null = null;

  #options: PageLoadOptions;
  #waiting: Resource[] = [];
  #underWay = new Map<Lane, Resource>();
  /** Of the resources that set cookies: what they had then. */
  #jars = new Map<number, CookieJar>();
  #views: { number: number; view: ResponseView }[] = [];
  #count = 0;
  #isOver = false;

  constructor(options: PageLoadOptions) {
    this.#options = options;
  }

  begin(urls: readonly URL[], nowMs: number): void {
    this.#add(urls, 1);
    this.#fillLanes(nowMs);
  }

  /** What came, if the request needs it: in the order of the documents, a page's own before those of its frames. */
  get children(): ResponseView[] {
    return this.#views.sort((one, other) => one.number - other.number).map(({ view }) => view);
  }

  onLaneEnded(lane: Lane): void {
    const resource = this.#underWay.get(lane);
    if (resource === undefined || this.#isOver) return;
    this.#underWay.delete(lane);
    this.bytesSent += lane.bytesSent;
    this.bytesReceived += lane.bytesReceived;
    const options = this.#options;
    if (lane.ownsCookies && lane.cookies !== null) this.#jars.set(resource.number, lane.cookies);
    const failed = lane.failure ?? (lane.code >= 400 ? statusFailure(lane.code) : null);
    if (failed !== null) this.failure ??= failure('resource', `an embedded resource failed: ${failed.message}`);
    if (!lane.isFromCache) {
      if (options.request.shape.needs.needsChildren === true)
        this.#views.push({ number: resource.number, view: viewOf(lane) });
      const document = failed === null && resource.depth <= DEPTH_MAX ? lane.document() : null;
      if (document !== null) this.#add(options.find(document), resource.depth + 1);
    }
    this.#fillLanes(lane.endedAtMs);
    if (this.#underWay.size === 0) this.#end(lane.endedAtMs);
  }

  /** Ends those under way as timed out. */
  timeOut(nowMs: number): void {
    this.#waiting = [];
    for (const lane of [...this.#underWay.keys()]) lane.timeOut(nowMs);
  }

  /** Drops all, without a word. */
  drop(): void {
    this.#isOver = true;
    for (const lane of this.#underWay.keys()) lane.drop();
  }

  #add(urls: readonly URL[], depth: number): void {
    for (const url of urls) {
      if (++this.#count > RESOURCES_MAX) {
        this.failure ??= tooMany;
        return;
      }
      this.#waiting.push({ number: this.#count, url, depth });
    }
  }

  #fillLanes(nowMs: number): void {
    while (this.#waiting.length > 0) {
      const lane = this.#options.idleLane();
      const resource = lane === null ? undefined : this.#waiting.shift();
      if (lane === null || resource === undefined) return;
      this.#underWay.set(lane, resource);
      lane.cookies = this.#options.cookies;
      lane.ownsCookies = false;
      lane.begin(resourceRequest(this.#options.request, resource.url, this.#options.origins), nowMs);
    }
  }

  #end(nowMs: number): void {
    this.#isOver = true;
    this.#mergeCookies();
    this.#options.onEnded(nowMs);
  }

  /** As JMeter does: each resource's cookies, new or not, are set anew, which has a say in the order in which they are sent. */
  #mergeCookies(): void {
    const { cookies } = this.#options;
    if (cookies === null || this.#jars.size === 0) return;
    const before = cookies.copy();
    for (let number = 1; number <= this.#count; number++) cookies.addAll(this.#jars.get(number) ?? before);
  }
}

/** A GET with the page's headers; JMeter has a text that was the page's body go along, too. */
function resourceRequest(page: Http1Request, url: URL, origins: Origins): Http1Request {
  const { parts, needs } = page.shape;
  const needsIt = needs.needsChildren === true;
  const hasText = parts.contentType?.startsWith('text/plain') === true;
  const body = hasText && typeof page.body === 'string' ? page.body : null;
  const shape = compileShape(
    {
      ...parts,
      method: 'GET',
      url,
      headers: headersFor(page, url),
      contentType: body === null ? null : (parts.contentType ?? null),
    },
    { followsRedirects: needs.followsRedirects, needsHead: needsIt, needsBody: needsIt },
    origins,
  );
  return requestOf(shape, targetOf(url), [], body);
}

/** What a lane knows of its last response, kept beyond its next one. */
function viewOf(lane: Lane): ResponseView {
  const { code, url } = lane;
  const head = lane.headText();
  const { text, isCut, problem } = lane.body();
  return {
    code,
    url,
    headText: () => head,
    bodyText: () => text,
    bodyProblem: isCut ? bodyTooLarge : problem,
  };
}

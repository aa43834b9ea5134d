/**
 * Requests what a page embeds, and what that embeds in turn, with the page's headers and as part of its sample. Over several lanes at once, all go with
 * the cookies of the document they stand in: what one of them sets the others do not see, and the user has it when all are there. Over a single lane they
 * go one after the other, as if the user requested them.
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
  /** Cookies that it goes with: those of the document that embeds it. */
  cookies: CookieJar | null;
  /** What they had become when its response set some; null: it set none. */
  changed: CookieJar | null;
  /** Of a frame. */
  embeds: Resource[];
}

export interface PageLoadOptions {
  /** The page's. */
  request: Http1Request;
  origins: Origins;
  cookies: CookieJar | null;
  /** What a document embeds, as far as it is wanted. */
  find(document: Document): readonly URL[];
  /** There is a single lane. */
  isSequential: boolean;
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
  /** Those of the page itself. */
  #embeds: Resource[] = [];
  /** A resource set cookies that the user does not have yet. */
  #hasChanged = false;
  #views: { number: number; view: ResponseView }[] = [];
  #count = 0;
  #isOver = false;

  constructor(options: PageLoadOptions) {
    this.#options = options;
  }

  begin(urls: readonly URL[], nowMs: number): void {
    this.#embeds = this.#add(urls, 1, this.#options.cookies);
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
    if (!options.isSequential && lane.ownsCookies && lane.cookies !== null) {
      resource.changed = lane.cookies;
      this.#hasChanged = true;
    }
    const failed = lane.failure ?? (lane.code >= 400 ? statusFailure(lane.code) : null);
    if (failed !== null) this.failure ??= failure('resource', `an embedded resource failed: ${failed.message}`);
    if (!lane.isFromCache) {
      if (options.request.shape.needs.needsChildren === true)
        this.#views.push({ number: resource.number, view: viewOf(lane) });
      const document = failed === null && resource.depth <= DEPTH_MAX ? lane.document() : null;
      if (document !== null) {
        const cookies = resource.changed ?? resource.cookies;
        resource.embeds = this.#add(options.find(document), resource.depth + 1, cookies);
      }
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

  /** One after the other, what a frame embeds comes before what follows the frame. */
  #add(urls: readonly URL[], depth: number, cookies: CookieJar | null): Resource[] {
    const added = urls.slice(0, RESOURCES_MAX - this.#count).map((url): Resource => {
      this.#count++;
      return { number: this.#count, url, depth, cookies, changed: null, embeds: [] };
    });
    if (added.length < urls.length) this.failure ??= tooMany;
    this.#waiting = this.#options.isSequential ? [...added, ...this.#waiting] : [...this.#waiting, ...added];
    return added;
  }

  #fillLanes(nowMs: number): void {
    while (this.#waiting.length > 0) {
      const lane = this.#options.idleLane();
      const resource = lane === null ? undefined : this.#waiting.shift();
      if (lane === null || resource === undefined) return;
      this.#underWay.set(lane, resource);
      lane.cookies = resource.cookies;
      lane.ownsCookies = this.#options.isSequential;
      lane.begin(resourceRequest(this.#options.request, resource.url, this.#options.origins), nowMs);
    }
  }

  #end(nowMs: number): void {
    this.#isOver = true;
    const { cookies, onEnded } = this.#options;
    if (cookies !== null && this.#hasChanged) mergeCookies(cookies, this.#embeds);
    onEnded(nowMs);
  }
}

/** As JMeter does: each resource's cookies, new or not, are set anew, which has a say in the order in which they are sent; a frame's after those in it. */
function mergeCookies(cookies: CookieJar, resources: readonly Resource[]): void {
  const before = cookies.copy();
  for (const { changed, embeds } of resources) {
    const own = embeds.length === 0 ? (changed ?? before) : (changed ?? before).copy();
    if (embeds.length > 0) mergeCookies(own, embeds);
    cookies.addAll(own);
  }
}

/** A GET with the page's headers; JMeter has a text or a file that was the page's body go along, too. */
function resourceRequest(page: Http1Request, url: URL, origins: Origins): Http1Request {
  const { parts, needs } = page.shape;
  const needsIt = needs.needsChildren === true;
  const isText = parts.contentType?.startsWith('text/plain') === true;
  const isFile = parts.contentType == null;
  const body = isText || isFile ? page.body : null;
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
  const request = requestOf(shape, targetOf(url), [], body);
  request.fragment = url.hash;
  return request;
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

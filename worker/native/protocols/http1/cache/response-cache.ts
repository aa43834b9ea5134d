/**
 * A user's copies of responses, or rather: what there is to know of them. A fresh copy needs no request; any other may be asked about. What came is
 * put aside as it is, and read when the next request might need it: most users never ask for the same thing twice in an iteration.
 */
import { type CookieJar, cookiesFor } from '../cookies/cookie-jar.ts';
import { headerValue, ownText } from '../head-text.ts';
import { copyKeyOf, exactHeaderValue, type Http1Request } from '../request.ts';
import { bitOf, headerKinds } from '../response-grammar.ts';
import { freshUntilMs } from './freshness.ts';

/** A response with any of these may be kept. */
export const cacheInterests =
  bitOf(headerKinds.etag) |
  bitOf(headerKinds.lastModified) |
  bitOf(headerKinds.expires) |
  bitOf(headerKinds.cacheControl);

/** As JMeter: those that were not used for longest go. */
const COPIES_MAX = 5_000;
/** Heads that are put aside unread. */
const UNREAD_MAX = 16;

/** Of one request that differs from others to the same url by headers that the response varies with. */
interface Copy {
  /** Names in the Vary header, and what was sent for them; null: nothing matters. */
  varies: { names: readonly string[]; values: string } | null;
  freshUntilMs: number;
  etag: string | null;
  lastModified: string | null;
}

interface Unread {
  /** Null: this place is free. */
  request: Http1Request | null;
  /** The user's credentials went along. */
  isAuthorized: boolean;
  head: string;
  /** Since 1970. */
  atMs: number;
}

export class ResponseCache {
  #copies: Map<string, Copy[]> | null = null;
  #count = 0;
  /** Places that are used again and again. */
  #unread: Unread[] = [];
  #unreadCount = 0;

  clear(): void {
    this.#freeUnread();
    if (this.#count > 0) this.#copies?.clear();
    this.#count = 0;
  }

  get isEmpty(): boolean {
    return this.#unreadCount === 0 && this.#count === 0;
  }

  /** A response that came, with one of the headers of interest. `isAuthorized`: the user's credentials went along. `nowMs`: since 1970. */
  take(request: Http1Request, isAuthorized: boolean, code: number, head: string, nowMs: number): void {
    if (!request.shape.isGet || code < 200 || code > 299) return;
    let place = this.#unread[this.#unreadCount];
    if (place === undefined) {
      place = { request, isAuthorized, head, atMs: nowMs };
      this.#unread.push(place);
    } else {
      place.request = request;
      place.isAuthorized = isAuthorized;
      place.head = head;
      place.atMs = nowMs;
    }
    if (++this.#unreadCount === UNREAD_MAX) this.#read();
  }

  /**
   * Fresh: a GET needs no request. Else the headers that ask about the copy, each with a line break, or an empty text without one; requests of other
   * methods have them too, as JMeter's do. `cookies`: those that would be sent.
   */
  look(request: Http1Request, cookies: CookieJar | null, nowMs: number): { isFresh: boolean; conditions: string } {
    this.#read();
    const key = copyKeyOf(request);
    const copies = this.#copies?.get(key);
    const copy = copies?.find(({ varies }) => varies === null || varies.values === askedFor(request, varies.names));
    if (copies === undefined || copy === undefined) return { isFresh: false, conditions: '' };
    this.#copies?.delete(key);
    this.#copies?.set(key, copies);
    const isMeant = (): boolean => !copy.varies?.names.includes('Cookie') || cookiesFor(request, cookies) === '';
    if (request.shape.isGet && copy.freshUntilMs > nowMs && isMeant()) return { isFresh: true, conditions: '' };
    let conditions = '';
    if (copy.lastModified !== null) conditions += `If-Modified-Since: ${copy.lastModified}\r\n`;
    if (copy.etag !== null) conditions += `If-None-Match: ${copy.etag}\r\n`;
    return { isFresh: false, conditions };
  }

  #read(): void {
    for (let index = 0; index < this.#unreadCount; index++) {
      const { request, isAuthorized, head, atMs } = this.#unread[index]!;
      if (request !== null) this.#keep(request, isAuthorized, head, atMs);
    }
    this.#freeUnread();
  }

  #freeUnread(): void {
    for (let index = 0; index < this.#unreadCount; index++) {
      const place = this.#unread[index]!;
      place.request = null;
      place.head = '';
    }
    this.#unreadCount = 0;
  }

  #keep(request: Http1Request, isAuthorized: boolean, head: string, atMs: number): void {
    const vary = headerValue(head, 'vary');
    const until = freshUntilMs(head, atMs);
    if (vary === '*' || until === null) return;
    const names = vary === null ? null : vary.split(',').map((name) => name.trim());
    const etag = headerValue(head, 'etag');
    const lastModified = headerValue(head, 'last-modified');
    const copy: Copy = {
      varies: names === null ? null : { names: names.map(ownText), values: sentFor(request, isAuthorized, names) },
      freshUntilMs: until,
      etag: etag === null ? null : ownText(etag),
      lastModified: lastModified === null ? null : ownText(lastModified),
    };
    this.#copies ??= new Map();
    const key = copyKeyOf(request);
    const others = this.#copies.get(key) ?? [];
    const kept = others.filter(({ varies }) => varies !== null && varies.values !== copy.varies?.values);
    this.#count += kept.length + 1 - others.length;
    this.#copies.set(key, [...kept, copy]);
    for (const [url, oldest] of this.#copies) {
      if (this.#count <= COPIES_MAX) return;
      this.#copies.delete(url);
      this.#count -= oldest.length;
    }
  }
}

/**
 * What went to the target under these names. A copy is looked up by what the scenario asks for, so none is found that varies with what the client adds
 * itself. Cookies are not told here, and names are told apart by case: all as in JMeter.
 */
function sentFor(request: Http1Request, isAuthorized: boolean, names: readonly string[]): string {
  return valuesOf(names, (name) => {
    if (name === 'Cookie') return '';
    const own = exactHeaderValue(request, name);
    const isAdded = name === 'User-Agent' || name === 'Host' || (name === 'Authorization' && isAuthorized);
    return own ?? (isAdded ? ADDED : '');
  });
}

/** What no header of a scenario is. */
const ADDED = '\n';

function askedFor(request: Http1Request, names: readonly string[]): string {
  return valuesOf(names, (name) => exactHeaderValue(request, name) ?? '');
}

function valuesOf(names: readonly string[], valueFor: (name: string) => string): string {
  return names.map((name) => `${name}:${valueFor(name)}`).join('\n');
}

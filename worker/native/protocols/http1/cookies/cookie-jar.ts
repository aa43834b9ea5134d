/** A user's cookies. Bounded: what servers set beyond the bounds pushes out what was set first. */
import { headerValues, ownText } from '../head-text.ts';
import type { Http1Request } from '../request.ts';
import { type Cookie, cookiePair, domainMatches, parseSetCookie, pathMatches } from './cookie.ts';

const COOKIES_MAX = 300;
const CHARACTERS_MAX = 64 * 1024;

interface Kept extends Omit<Cookie, 'value'> {
  /** As it is sent. */
  pair: string;
  /** The header that set it, and whose it was; empty when setting it again would change something. */
  source: string;
  setBy: string;
  /** What the cookie is now: variables are in it. Null: it stays as it is. */
  fill: (() => Cookie) | null;
}

export class CookieJar {
  /** Longer paths first, then in the order in which they were set: as they are sent. */
  #kept: Kept[] = [];
  #order: Kept[] = [];
  #characters = 0;
  #hasExpiring = false;
  #hasFilled = false;

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  clear(): void {
    if (this.isEmpty) return;
    this.#kept = [];
    this.#order = [];
    this.#characters = 0;
    this.#hasExpiring = false;
    this.#hasFilled = false;
  }

  /** One that the scenario gives the user, unless its value is empty. With variables in it, it is filled in for each request, as in JMeter. */
  give(fill: () => Cookie, isConstant: boolean): void {
    if (isConstant) {
      this.add(fill(), 0);
      return;
    }
    this.#insert(keptOf(notFilledIn, fill));
  }

  /** All Set-Cookie headers of a response's head. `nowMs`: since 1970. */
  take(head: string, host: string, path: string, nowMs: number): void {
    for (const text of headerValues(head, 'set-cookie')) {
      // Many servers set the same one each time.
      const last = this.#order.at(-1);
      if (last !== undefined && last.source === text && last.setBy === host + path) continue;
      const cookie = parseSetCookie(text, host, path, nowMs);
      if (cookie !== null) this.add(cookie, nowMs, ownText(text), host + path);
    }
  }

  /** In place of one with the same name, domain and path. An empty value, or one that has expired, only takes that away. */
  add(cookie: Cookie, nowMs: number, source = '', setBy = ''): void {
    this.#remove(this.#sameAs(cookie));
    if (cookie.value === '' || cookie.expiresAtMs <= nowMs) return;
    this.#insert({
      ...keptOf(cookie, null),
      source: cookie.expiresAtMs === Number.POSITIVE_INFINITY ? source : '',
      setBy,
    });
    while (this.#kept.length > COOKIES_MAX || this.#characters > CHARACTERS_MAX) this.#remove(this.#order[0]);
  }

  /** Sets all cookies of another jar, in its order. */
  addAll(other: CookieJar): void {
    for (const cookie of other.#order) {
      this.#remove(this.#sameAs(cookie));
      this.#insert(cookie);
    }
    while (this.#kept.length > COOKIES_MAX || this.#characters > CHARACTERS_MAX) this.#remove(this.#order[0]);
  }

  /** The value of the Cookie header for a request; empty: none is sent. */
  valueFor(host: string, path: string, isSecure: boolean): string {
    if (this.#hasExpiring) this.#removeExpired(Date.now());
    if (this.#hasFilled) this.#fillAgain();
    let value = '';
    for (const cookie of this.#kept) {
      if (cookie.isSecure && !isSecure) continue;
      if (cookie.domain !== host && !(cookie.hasSubdomains && domainMatches(host, cookie.domain))) continue;
      if (!pathMatches(path, cookie.path)) continue;
      value += value === '' ? cookie.pair : `; ${cookie.pair}`;
    }
    return value;
  }

  /** A jar with the same cookies. */
  copy(): CookieJar {
    const copy = new CookieJar();
    copy.#kept = [...this.#kept];
    copy.#order = [...this.#order];
    copy.#characters = this.#characters;
    copy.#hasExpiring = this.#hasExpiring;
    copy.#hasFilled = this.#hasFilled;
    return copy;
  }

  #sameAs({ name, domain, path }: Pick<Cookie, 'name' | 'domain' | 'path'>): Kept | undefined {
    return this.#kept.find((known) => known.name === name && known.domain === domain && known.path === path);
  }

  #insert(kept: Kept): void {
    let at = this.#kept.length;
    while (at > 0 && this.#kept[at - 1]!.path.length < kept.path.length) at--;
    this.#kept.splice(at, 0, kept);
    this.#order.push(kept);
    this.#characters += charactersOf(kept);
    if (kept.fill !== null) this.#hasFilled = true;
    if (kept.expiresAtMs !== Number.POSITIVE_INFINITY) this.#hasExpiring = true;
  }

  #remove(cookie: Kept | undefined): void {
    if (cookie === undefined) return;
    this.#kept.splice(this.#kept.indexOf(cookie), 1);
    this.#order.splice(this.#order.indexOf(cookie), 1);
    this.#characters -= charactersOf(cookie);
  }

  #fillAgain(): void {
    const order = this.#order.map((known) => (known.fill === null ? known : keptOf(known.fill(), known.fill)));
    this.#order = [];
    this.#kept = [];
    this.#characters = 0;
    for (const cookie of order) this.#insert(cookie);
  }

  #removeExpired(nowMs: number): void {
    for (const cookie of this.#kept.filter(({ expiresAtMs }) => expiresAtMs <= nowMs)) this.#remove(cookie);
    this.#hasExpiring = this.#kept.some(({ expiresAtMs }) => expiresAtMs !== Number.POSITIVE_INFINITY);
  }
}

/** Before its first request. */
const notFilledIn: Cookie = {
  name: '',
  value: '',
  domain: '',
  path: '',
  hasSubdomains: false,
  isSecure: false,
  expiresAtMs: Number.POSITIVE_INFINITY,
};

function keptOf(cookie: Cookie, fill: Kept['fill']): Kept {
  const { name, domain, path, value: _inPair, ...rest } = cookie;
  return {
    ...rest,
    name: ownText(name),
    domain: ownText(domain),
    path: ownText(path),
    pair: ownText(cookiePair(cookie)),
    source: '',
    setBy: '',
    fill,
  };
}

function charactersOf({ pair, path, domain, source }: Kept): number {
  return pair.length + path.length + domain.length + source.length;
}

/** The value of the Cookie header that the jar gives a request; empty: none. */
export function cookiesFor({ origin, target }: Http1Request, cookies: CookieJar | null): string {
  if (cookies === null || cookies.isEmpty) return '';
  const query = target.indexOf('?');
  return cookies.valueFor(origin.host, query < 0 ? target : target.slice(0, query), origin.isSecure);
}

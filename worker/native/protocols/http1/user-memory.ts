/** What a user keeps from one request to the next, beside its variables: cookies, copies of responses, connections. */
import type { HttpSettings } from '../../../../core/scenario/scenario.ts';
import { Authorizations } from './authorization/authorizations.ts';
import { cacheInterests, ResponseCache } from './cache/response-cache.ts';
import type { Connection } from './connection.ts';
import type { Cookie } from './cookies/cookie.ts';
import { CookieJar } from './cookies/cookie-jar.ts';
import { bitOf, headerKinds } from './response-grammar.ts';

export class UserMemory {
  readonly cookies: CookieJar | null;
  readonly cache: ResponseCache | null;
  readonly authorizations: Authorizations | null;
  /** All that are open or opening; a user rarely talks to more than one origin. */
  readonly connections: Connection[] = [];
  /** Headers of responses that somebody is interested in, as bits. */
  readonly interests: number;
  /** The same where nothing is cached. */
  readonly uncachedInterests: number;

  #settings: HttpSettings;
  #fill: (text: string) => string;
  #hasGivenCookies = false;

  constructor(settings: HttpSettings, fill: (text: string) => string) {
    this.#settings = settings;
    this.#fill = fill;
    this.cookies = settings.storeCookies ? new CookieJar() : null;
    this.cache = settings.storeCache ? new ResponseCache() : null;
    this.authorizations = settings.authorizations.length > 0 ? new Authorizations(settings.authorizations, fill) : null;
    this.uncachedInterests =
      (this.cookies === null ? 0 : bitOf(headerKinds.setCookie)) |
      (this.authorizations === null ? 0 : bitOf(headerKinds.authenticate)) |
      (settings.resources === null ? 0 : bitOf(headerKinds.contentType));
    this.interests = this.uncachedInterests | (this.cache === null ? 0 : cacheInterests);
  }

  /** Forgets what is to be forgotten between iterations. */
  iterationBegan(): void {
    const { clears } = this.#settings;
    if (clears.includes('cache')) this.cache?.clear();
    if (clears.includes('cookies')) {
      this.cookies?.clear();
      this.#hasGivenCookies = false;
    }
    if (!this.#hasGivenCookies) this.#giveCookies();
  }

  #giveCookies(): void {
    this.#hasGivenCookies = true;
    for (const { name, value, domain, path, secure } of this.#settings.cookies) {
      const fill = (): Cookie => ({
        name: this.#fill(name),
        value: this.#fill(value),
        domain: this.#fill(domain).toLowerCase().replace(/^\./, ''),
        hasSubdomains: true,
        path: this.#fill(path),
        isSecure: secure,
        expiresAtMs: Number.POSITIVE_INFINITY,
      });
      const isConstant = ![name, value, domain, path].some((text) => text.includes('${'));
      this.cookies?.give(fill, isConstant);
    }
  }
}

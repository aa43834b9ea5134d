/**
 * Says who the user is, as JMeter does: name and password go along with every request that an entry is for, as Basic, whatever its mechanism; a server that
 * asks for Digest instead gets its answer in a second request of the same sample. What is remembered of an origin is who was last sent there, by realm.
 */
import type { HttpSettings } from '../../../../../core/scenario/scenario.ts';
import { type Http1Request, ownHeaderValue } from '../request.ts';
import { challengesOf } from './challenge.ts';
import { answerDigest } from './digest.ts';

type Entry = HttpSettings['authorizations'][number];

interface Credentials {
  name: string;
  password: string;
}

/** What an entry without a realm is for. */
const anyRealm = '';
/** Redirects may lead to any number of them. */
const ORIGINS_MAX = 1_000;
const noBody = Buffer.alloc(0);

export class Authorizations {
  #entries: readonly Entry[];
  #fill: (text: string) => string;
  /** By scheme and authority, then by realm. */
  #known = new Map<string, Map<string, Credentials>>();

  constructor(entries: readonly Entry[], fill: (text: string) => string) {
    this.#entries = entries;
    this.#fill = fill;
  }

  /** The value of the Authorization header that goes along from the start; null: none, or the request has its own. */
  valueFor(request: Http1Request): string | null {
    const entry = this.#entryFor(request);
    if (entry === null) return null;
    const own = { name: this.#fill(entry.name), password: this.#fill(entry.password) };
    const known = this.#of(request);
    known.set(this.#fill(entry.realm), own);
    const { name, password } = known.get(anyRealm) ?? own;
    // What ASCII cannot hold becomes a question mark.
    const pair = `${name}:${password}`.replace(/[^\p{ASCII}]/gu, '?');
    return `Basic ${Buffer.from(pair, 'latin1').toString('base64')}`;
  }

  /** The value that answers a 401 with this head; null: there is none, the 401 stands. */
  answer(request: Http1Request, head: string): string | null {
    if (this.#entryFor(request) === null) return null;
    const challenges = challengesOf(head);
    const digest = challenges.get('digest');
    // Basic has been tried.
    if (digest === undefined || challenges.has('basic')) return null;
    const known = this.#of(request);
    const credentials = known.get(digest.parameters.get('realm') ?? anyRealm) ?? known.get(anyRealm);
    if (credentials === undefined) return null;
    const { method } = request.shape.parts;
    const body = typeof request.body === 'string' ? Buffer.from(request.body, 'latin1') : (request.body ?? noBody);
    return answerDigest(digest, { method, target: request.target, body, ...credentials });
  }

  #of({ shape: { base } }: Http1Request): Map<string, Credentials> {
    let known = this.#known.get(base);
    if (known === undefined) {
      known = new Map();
      if (this.#known.size >= ORIGINS_MAX) this.#known.clear();
      this.#known.set(base, known);
    }
    return known;
  }

  /** The first one whose url the request's begins with. */
  #entryFor(request: Http1Request): Entry | null {
    if (ownHeaderValue(request, 'authorization') !== null) return null;
    return this.#entries.find(({ url }) => request.url.startsWith(withoutDefaultPort(this.#fill(url)))) ?? null;
  }
}

function withoutDefaultPort(url: string): string {
  return url.replace(/^(http:\/\/[^/]*):80(?=\/|$)/i, '$1').replace(/^(https:\/\/[^/]*):443(?=\/|$)/i, '$1');
}

/**
 * Says who the user is, as JMeter does: name and password go along with every request that an entry is for, as Basic, whatever its mechanism; a server that
 * asks for Digest instead gets its answer in a second request of the same sample. Nothing is remembered from one request to the next.
 */
import type { HttpSettings } from '../../../../../core/scenario/scenario.ts';
import { type Http1Request, ownHeaderValue } from '../request.ts';
import { challengesOf } from './challenge.ts';
import { answerDigest } from './digest.ts';

type Entry = HttpSettings['authorizations'][number];

export class Authorizations {
  #entries: readonly Entry[];
  #fill: (text: string) => string;

  constructor(entries: readonly Entry[], fill: (text: string) => string) {
    this.#entries = entries;
    this.#fill = fill;
  }

  /** The value of the Authorization header that goes along from the start; null: none, or the request has its own. */
  valueFor(request: Http1Request): string | null {
    const entry = this.#entryFor(request);
    if (entry === null) return null;
    const pair = `${this.#fill(entry.name)}:${this.#fill(entry.password)}`;
    // What ASCII cannot hold becomes a question mark.
    return `Basic ${Buffer.from(pair.replace(/[^\0-\x7f]/gu, '?'), 'latin1').toString('base64')}`;
  }

  /** The value that answers a 401 with this head; null: there is none, the 401 stands. */
  answer(request: Http1Request, head: string): string | null {
    const entry = this.#entryFor(request);
    if (entry === null) return null;
    const challenges = challengesOf(head);
    const digest = challenges.get('digest');
    // Basic has been tried.
    if (digest === undefined || challenges.has('basic')) return null;
    const realm = this.#fill(entry.realm);
    if (realm !== '' && realm !== digest.parameters.get('realm')) return null;
    return answerDigest(digest, {
      method: request.shape.parts.method,
      target: request.target,
      body: typeof request.body === 'string' ? Buffer.from(request.body, 'latin1') : (request.body ?? Buffer.alloc(0)),
      name: this.#fill(entry.name),
      password: this.#fill(entry.password),
    });
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

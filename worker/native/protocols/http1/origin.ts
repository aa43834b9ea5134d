/** An origin: scheme, host and port, and how its host becomes addresses that may be connected to. */
import dns from 'node:dns/promises';
import { isIP } from 'node:net';
import type { TargetRules } from '../../../../core/targets/target-rules.ts';
import { type Failure, failure } from '../../failure.ts';

export interface Address {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

/** A host name that could not be resolved is not asked for again for this long. */
const FAILED_LOOKUP_KEPT_MS = 1_000;

/** Asks a resolver for a host's addresses, in its order. Rejects with a `code` where there are none. */
export type Lookup = (host: string) => Promise<readonly Address[]>;

export const systemLookup: Lookup = (host) => dns.lookup(host, { all: true, order: 'verbatim' });

/** What came of a lookup: addresses, one at least, or why there are none. */
export type Resolution = readonly Address[] | Failure;

export class Origin {
  readonly isSecure: boolean;
  /** Without the brackets around an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** What the Host header says. */
  readonly authority: string;
  /** For TLS; null where an address stands for the host. */
  readonly serverName: string | null;
  /** Where the host is an address: that one, or why it may not be connected to. Null where it is a name. */
  readonly literal: Resolution | null;

  /** Address family that a connection succeeded with; 0 before. */
  #provenFamily = 0;
  #pending: Promise<Resolution> | null = null;
  #failed: { failure: Failure; atMs: number } | null = null;
  readonly #rules: TargetRules;
  readonly #lookup: Lookup;

  constructor(url: URL, rules: TargetRules, lookup: Lookup) {
    this.#rules = rules;
    this.#lookup = lookup;
    this.isSecure = url.protocol === 'https:';
    this.host = url.hostname.replace(/^\[|\]$/g, '');
    this.port = url.port === '' ? (this.isSecure ? 443 : 80) : Number(url.port);
    this.authority = url.host;
    const family = isIP(this.host);
    // A dot at its end makes a name complete for resolvers; certificates and servers know it without.
    this.serverName = family === 0 ? this.host.replace(/\.$/, '') : null;
    this.literal = family === 0 ? null : (this.#refuse(this.host) ?? [{ address: this.host, family }]);
  }

  /** Asks the resolver; those who ask at the same time share an answer. Never rejects. */
  resolve(): Promise<Resolution> {
    if (this.literal !== null) return Promise.resolve(this.literal);
    if (this.#failed !== null && performance.now() - this.#failed.atMs < FAILED_LOOKUP_KEPT_MS) {
      return Promise.resolve(this.#failed.failure);
    }
    this.#pending ??= this.#lookUp().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /**
   * The addresses to try, in order: who has turn n begins with the n-th of them. Where a host has addresses of two families, those of the
   * first are tried before the others, until it is known which family the host answers on.
   */
  candidates(addresses: readonly Address[], turn: number): readonly Address[] {
    if (addresses.length < 2) return addresses;
    const known = addresses.some(({ family }) => family === this.#provenFamily);
    const first = known ? this.#provenFamily : addresses[0]!.family;
    const preferred = addresses.filter(({ family }) => family === first);
    const at = turn % preferred.length;
    const ordered = [...preferred.slice(at), ...preferred.slice(0, at)];
    return known ? ordered : [...ordered, ...addresses.filter(({ family }) => family !== first)];
  }

  /** A connection to the address was opened. */
  proven(address: Address): void {
    this.#provenFamily = address.family;
  }

  async #lookUp(): Promise<Resolution> {
    try {
      const addresses = await this.#lookup(this.host);
      const refused = addresses.map(({ address }) => this.#refuse(address));
      const allowed = addresses.filter((_, i) => refused[i] === null);
      return allowed.length > 0 ? allowed : this.#lookUpFailed(refused[0] ?? unresolved('ENODATA'));
    } catch (error) {
      return this.#lookUpFailed(unresolved(error instanceof Error && 'code' in error ? String(error.code) : ''));
    }
  }

  #lookUpFailed(found: Failure): Failure {
    this.#failed = { failure: found, atMs: performance.now() };
    return found;
  }

  /** Connections are opened to addresses that passed here and to no others, so no later answer of a resolver matters. */
  #refuse(address: string): Failure | null {
    const reason = this.#rules.refuseAddress(this.host, address, this.port);
    return reason === null ? null : failure('target-refused', `the target was refused: ${reason}`);
  }
}

const lookupProblems: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such name',
  ENODATA: 'it has no address',
  EAI_AGAIN: 'the resolver did not answer',
  ETIMEOUT: 'the resolver did not answer',
};

function unresolved(code: string): Failure {
  const why = lookupProblems[code];
  const shown = why === undefined ? code || 'no answer' : `${why}: ${code}`;
  return failure('dns', `the host name could not be resolved (${shown})`);
}

/** Origins: where requests go, with their addresses, resolved once and shared by all users. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { TargetRules } from '../../../../core/targets/target-rules.ts';
import { type Failure, failure } from '../../failure.ts';

export interface Address {
  address: string;
  family: number;
}

/** A host name that could not be resolved is not asked for again for this long. */
const FAILED_LOOKUP_KEPT_MS = 1_000;
/** Redirects may lead to any number of hosts; beyond this many, each is resolved again whenever it is met. */
const ORIGINS_KEPT_MAX = 10_000;

export class Origin {
  readonly isSecure: boolean;
  /** Without the brackets around an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** What the Host header says. */
  readonly authority: string;
  /** For TLS; null where an address stands for the host. */
  readonly serverName: string | null;
  /** Those that may be connected to; null before it is resolved, and for good where the host is an address that may not. */
  addresses: readonly Address[] | null = null;

  /** Address family that a connection succeeded with; 0 before. */
  #provenFamily = 0;
  #pending: Promise<Failure | null> | null = null;
  #failed: { failure: Failure; atMs: number } | null = null;
  readonly #rules: TargetRules;

  constructor(url: URL, rules: TargetRules) {
    this.#rules = rules;
    this.isSecure = url.protocol === 'https:';
    this.host = url.hostname.replace(/^\[|\]$/g, '');
    this.port = url.port === '' ? (this.isSecure ? 443 : 80) : Number(url.port);
    this.authority = url.host;
    const family = isIP(this.host);
    this.serverName = family === 0 ? this.host : null;
    if (family === 0) return;
    const refused = this.#refuse(this.host);
    if (refused === null) this.addresses = [{ address: this.host, family }];
    else this.#failed = { failure: refused, atMs: Number.POSITIVE_INFINITY };
  }

  /** Resolves its addresses, if that has not been done: the failure, or null. Never rejects. */
  resolve(): Promise<Failure | null> {
    if (this.addresses !== null) return Promise.resolve(null);
    if (this.#failed !== null && performance.now() - this.#failed.atMs < FAILED_LOOKUP_KEPT_MS) {
      return Promise.resolve(this.#failed.failure);
    }
    this.#pending ??= this.#lookUp().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /**
   * The addresses to try, in order. Users are spread over a host's addresses by their number. Where a host has addresses of two
   * families, those of the first are tried before the others, until it is known which family the host answers on.
   */
  candidates(userIndex: number): readonly Address[] {
    const all = this.addresses ?? [];
    if (all.length < 2) return all;
    const first = this.#provenFamily || (all[0]?.family ?? 0);
    const preferred = all.filter(({ family }) => family === first);
    const turn = userIndex % preferred.length;
    const ordered = [...preferred.slice(turn), ...preferred.slice(0, turn)];
    return this.#provenFamily === 0 ? [...ordered, ...all.filter(({ family }) => family !== first)] : ordered;
  }

  /** A connection to the address was opened. */
  proven(address: Address): void {
    this.#provenFamily = address.family;
  }

  async #lookUp(): Promise<Failure | null> {
    try {
      const addresses = await lookup(this.host, { all: true, order: 'verbatim' });
      const refused = addresses.map(({ address }) => this.#refuse(address));
      const allowed = addresses.filter((_, i) => refused[i] === null);
      if (allowed.length === 0) return this.#lookUpFailed(refused[0] ?? unresolved('no address'));
      this.addresses = allowed;
      return null;
    } catch (error) {
      return this.#lookUpFailed(
        unresolved(error instanceof Error && 'code' in error ? String(error.code) : 'no answer'),
      );
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

function unresolved(why: string): Failure {
  return failure('dns', `the host name could not be resolved (${why})`);
}

/** All origins of a task. */
export class Origins {
  readonly #rules: TargetRules;
  #byAuthority = new Map<string, Origin>();
  #secureContext: SecureContext | null = null;

  constructor(rules = new TargetRules(null)) {
    this.#rules = rules;
  }

  of(url: URL): Origin {
    const key = `${url.protocol}//${url.host}`;
    let origin = this.#byAuthority.get(key);
    if (origin === undefined) {
      origin = new Origin(url, this.#rules);
      if (this.#byAuthority.size < ORIGINS_KEPT_MAX) this.#byAuthority.set(key, origin);
    }
    return origin;
  }

  /** Resolves all that are known; those that failed, and why. */
  async resolveAll(): Promise<{ origin: Origin; failure: Failure }[]> {
    const all = [...this.#byAuthority.values()];
    const outcomes = await Promise.all(all.map(async (origin) => ({ origin, failure: await origin.resolve() })));
    return outcomes.flatMap(({ origin, failure: found }) => (found === null ? [] : [{ origin, failure: found }]));
  }

  /** One for all connections: making it costs more than a handshake. */
  get secureContext(): SecureContext {
    this.#secureContext ??= createSecureContext();
    return this.#secureContext;
  }
}

/** What a user remembers of the network: addresses that it resolved, and TLS sessions that it may resume. */
import type { Address, Origin, Resolution } from './origin.ts';
import type { Origins } from './origins.ts';

/** Redirects and embedded resources may lead a user to any number of origins; the oldest are forgotten. */
const ORIGINS_REMEMBERED_MAX = 32;

export class UserNetwork {
  readonly origins: Origins;
  readonly #random: () => number;
  /** Which of a host's addresses is tried first: users, and lookups where each connection has its own, are spread over them. */
  #turn: number;
  #addresses: Map<Origin, readonly Address[]> | null = null;
  #sessions: Map<Origin, Buffer> | null = null;

  constructor(origins: Origins, userIndex: number, random: () => number) {
    this.origins = origins;
    this.#turn = userIndex;
    this.#random = random;
  }

  /** Addresses to try, in order, or why there are none; null where a resolver has to be asked. */
  known(origin: Origin): Resolution | null {
    if (origin.literal !== null) return origin.literal;
    const addresses = this.#addresses?.get(origin);
    return addresses === undefined ? null : origin.candidates(addresses, this.#turn);
  }

  /** Asks a resolver; never rejects. */
  async resolve(origin: Origin): Promise<Resolution> {
    const resolution = await origin.resolve();
    if ('type' in resolution) return resolution;
    if (this.origins.dnsCache) this.#addresses = remember(this.#addresses, origin, resolution);
    else this.#turn++;
    return origin.candidates(resolution, this.#turn);
  }

  /** An address of this host to connect from; null: any. */
  randomSource(target: Address): string | null {
    return this.origins.sources.pick(target, this.#random());
  }

  /** The TLS session to resume. */
  session(origin: Origin): Buffer | null {
    return this.#sessions?.get(origin) ?? null;
  }

  keepSession(origin: Origin, session: Buffer): void {
    this.#sessions = remember(this.#sessions, origin, session);
  }

  /** The session was of no use: the next connection begins without one. */
  forgetSession(origin: Origin): void {
    this.#sessions?.delete(origin);
  }
}

function remember<Value>(known: Map<Origin, Value> | null, origin: Origin, value: Value): Map<Origin, Value> {
  const map = known ?? new Map<Origin, Value>();
  map.delete(origin);
  map.set(origin, value);
  const [oldest] = map.size > ORIGINS_REMEMBERED_MAX ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  return map;
}

/** Origins: where the requests of a flow go, and how connections to them are opened. */
import type { Flow } from '../../../../core/scenario/scenario.ts';
import { TargetRules } from '../../../../core/targets/target-rules.ts';
import type { Failure } from '../../failure.ts';
import { type Lookup, Origin, systemLookup } from './origin.ts';
import { SourceAddresses } from './source-addresses.ts';
import { type ReadFile, readTlsIdentity, TlsIdentity } from './tls-identity.ts';

export type { Origin } from './origin.ts';

export interface OriginsOptions {
  /** Which addresses may be connected to; all that are not refused always, when not given. */
  rules?: TargetRules;
  tls?: TlsIdentity;
  /** A user resolves a name once and keeps the answer; else for each connection. */
  dnsCache?: boolean;
  sources?: SourceAddresses;
  lookup?: Lookup;
}

/** Redirects may lead to any number of hosts; beyond this many, each is a new one whenever it is met. */
const ORIGINS_KEPT_MAX = 10_000;

/** All origins of a flow. */
export class Origins {
  readonly tls: TlsIdentity;
  readonly dnsCache: boolean;
  readonly sources: SourceAddresses;
  readonly #rules: TargetRules;
  readonly #lookup: Lookup;
  #byAuthority = new Map<string, Origin>();

  constructor({ rules, tls, dnsCache = true, sources, lookup }: OriginsOptions = {}) {
    this.#rules = rules ?? new TargetRules(null);
    this.tls = tls ?? new TlsIdentity();
    this.dnsCache = dnsCache;
    this.sources = sources ?? new SourceAddresses();
    this.#lookup = lookup ?? systemLookup;
  }

  of(url: URL): Origin {
    const key = `${url.protocol}//${url.host}`;
    let origin = this.#byAuthority.get(key);
    if (origin === undefined) {
      origin = new Origin(url, this.#rules, this.#lookup);
      if (this.#byAuthority.size < ORIGINS_KEPT_MAX) this.#byAuthority.set(key, origin);
    }
    return origin;
  }

  /** Resolves all that are known, and gets TLS ready if it will be spoken; those that failed, and why. */
  async resolveAll(): Promise<{ origin: Origin; failure: Failure }[]> {
    const all = [...this.#byAuthority.values()];
    if (all.some(({ isSecure }) => isSecure)) this.tls.getReady();
    const outcomes = await Promise.all(all.map(async (origin) => ({ origin, resolution: await origin.resolve() })));
    return outcomes.flatMap(({ origin, resolution }) =>
      'type' in resolution ? [{ origin, failure: resolution }] : [],
    );
  }
}

/** The origins of a flow, with what its settings say of TLS and DNS. Throws `scenario_invalid` for certificates that are of no use. */
export async function openOrigins(flow: Flow, rules: TargetRules, readFile: ReadFile): Promise<Origins> {
  const tls = await readTlsIdentity(flow.tls, readFile);
  return new Origins({ rules, tls, dnsCache: flow.http.dnsCache });
}

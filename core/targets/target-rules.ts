/**
 * Where load may go. Link-local addresses and those of cloud metadata services are never targets; with an allow-list of the
 * administrator, nothing outside of it is. Asked twice: of the hosts that a scenario names, and of every address before it is connected to,
 * so that no host name leads around it.
 *
 * An entry of the list is a host (`shop.example`), all hosts below one (`*.shop.example`), an address or a range of them (`10.0.0.0/8`,
 * `[fd00::]/8`), each with a port or without (`shop.example:8443`, `10.0.0.0/8:80`, `[fd00::1]:80`).
 */
import { type AddressBytes, parseAddress, readingsOf, sharesPrefix } from './ip-address.ts';

interface Rule {
  /** Null: any port. */
  port: number | null;
  matches: { kind: 'host'; host: string } | { kind: 'below'; suffix: string } | AddressRange;
}

interface AddressRange {
  kind: 'range';
  address: AddressBytes;
  prefix: number;
}

const PORT_MAX = 65_535;

/** Of link-local addresses the metadata services of most clouds; the others by themselves. */
const neverTargets: readonly AddressRange[] = [
  '169.254.0.0/16',
  'fe80::/10',
  // AWS, Google, Azure, Alibaba, Oracle.
  'fd00:ec2::254',
  'fd20:ce::254',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
].map((text) => parseRange(text)!);

/** Whether an entry of an allow-list can be understood. */
export function isTargetRule(text: string): boolean {
  return parseRule(text) !== null;
}

export class TargetRules {
  /** Null: everything that is not forbidden for all. */
  readonly #rules: readonly Rule[] | null;

  /** `allow`: entries of the administrator's list; one that cannot be understood allows nothing. Null when there is none. */
  constructor(allow: readonly string[] | null) {
    this.#rules = allow?.flatMap((text) => parseRule(text) ?? []) ?? null;
  }

  /**
   * Why this address must not be connected to, for people; null when it may. `host`: by what name it was found, or the address itself.
   */
  refuseAddress(host: string, address: string, port: number): string | null {
    const bytes = parseAddress(address);
    if (bytes === null) return 'the address cannot be understood';
    const readings = readingsOf(bytes);
    if (readings.some((reading) => neverTargets.some((range) => isIn(reading, range)))) {
      return 'link-local and metadata addresses are no targets';
    }
    const isAllowed = this.#ofPort(port).some(({ matches }) =>
      matches.kind === 'range' ? readings.some((reading) => isIn(reading, matches)) : namesHost(matches, host),
    );
    return isAllowed || this.#rules === null ? null : 'the allow-list of targets does not have it';
  }

  /**
   * Why no address of this host may be a target, as far as that is known before it is resolved; null when some may be.
   */
  refuseHost(host: string, port: number): string | null {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    if (parseAddress(bare) !== null) return this.refuseAddress(bare, bare, port);
    const isPossible = this.#ofPort(port).some(({ matches }) => matches.kind === 'range' || namesHost(matches, bare));
    return isPossible || this.#rules === null ? null : 'the allow-list of targets does not have it';
  }

  #ofPort(port: number): readonly Rule[] {
    return (this.#rules ?? []).filter((rule) => rule.port === null || rule.port === port);
  }
}

function isIn(address: AddressBytes, range: AddressRange): boolean {
  return sharesPrefix(address, range.address, range.prefix);
}

function namesHost(matches: Exclude<Rule['matches'], AddressRange>, host: string): boolean {
  const name = plainName(host);
  return matches.kind === 'host' ? name === matches.host : name.endsWith(matches.suffix);
}

/** Upper and lower case, and a dot at the end, make no difference to resolvers. */
function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function parseRule(text: string): Rule | null {
  const whole = parseRange(text);
  if (whole !== null) return { port: null, matches: whole };
  const [, place = text, digits] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > PORT_MAX)) return null;
  // What is left of an IPv6 address after its last group was taken for a port is no address with one.
  const range = place.includes(':') && !place.includes('[') ? null : parseRange(place);
  if (range !== null) return { port, matches: range };
  const name = plainName(place);
  const [, star = '', host = ''] = /^(\*\.)?((?!\d+(?:\.\d+)*$)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)$/.exec(name) ?? [];
  if (host === '' || host.includes('..')) return null;
  return { port, matches: star === '' ? { kind: 'host', host } : { kind: 'below', suffix: `.${host}` } };
}

/** An address or a range: `10.0.0.0/8`, `fd00::/8`, `[fd00::]/8`, `[fd00::/8]`. */
function parseRange(text: string): AddressRange | null {
  const unbracketed = /^\[([^[\]]*)\](\/\d+)?$/.exec(text);
  const bare = unbracketed === null ? text : `${unbracketed[1]}${unbracketed[2] ?? ''}`;
  const [, place = '', digits] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(bare) ?? [];
  const address = parseAddress(place);
  if (address === null) return null;
  const bits = address.length * 8;
  const prefix = digits === undefined ? bits : Number(digits);
  return prefix > bits ? null : { kind: 'range', address, prefix };
}

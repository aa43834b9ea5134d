/** Addresses of this host that connections may leave from. */
import { networkInterfaces } from 'node:os';
import { parseAddress, sharesPrefix } from '../../../../core/targets/ip-address.ts';
import type { Address } from './origin.ts';

/** Packets from these reach only neighbours, and only with the name of an interface. */
const linkLocal = [
  { bytes: parseAddress('169.254.0.0')!, prefix: 16 },
  { bytes: parseAddress('fe80::')!, prefix: 10 },
];

export class SourceAddresses {
  #own: readonly Address[] | null;
  #byTarget = new Map<string, readonly string[]>();

  /** `own`: addresses of the host; asked of the system when it is first needed if not given. */
  constructor(own: readonly string[] | null = null) {
    this.#own = own?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) ?? null;
  }

  /**
   * An address of the host, of the target's family; `random` is at least 0 and below 1. Null where the host has none: the choice is left to
   * the system then. Loopback addresses lead to loopback addresses only.
   */
  pick(target: Address, random: number): string | null {
    const isLocal = isLoopback(target);
    const key = `${target.family}${isLocal}`;
    let usable = this.#byTarget.get(key);
    if (usable === undefined) {
      this.#own ??= ownAddresses();
      usable = this.#own
        .filter((own) => own.family === target.family && (isLocal || !isLoopback(own)))
        .map(({ address }) => address);
      this.#byTarget.set(key, usable);
    }
    return usable[Math.floor(random * usable.length)] ?? null;
  }
}

function ownAddresses(): Address[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, family }) => ({ address, family: family === 'IPv4' ? 4 : 6 }))
    .filter(({ address }) => {
      const bytes = parseAddress(address);
      return bytes !== null && !linkLocal.some((range) => sharesPrefix(bytes, range.bytes, range.prefix));
    });
}

function isLoopback({ address, family }: Address): boolean {
  return family === 4 ? address.startsWith('127.') : address === '::1';
}

/** Who a request comes from. Only the proxies that are trusted by configuration may say that it is not who the connection is from. */
import { isIP } from 'node:net';
import { addressMatcher, plainAddress } from '../network/address-ranges.ts';
import type { Peer } from './api.ts';

const HOPS_MAX = 32;

/** `trustedProxies`: addresses and ranges. */
export function createClientFinder(trustedProxies: readonly string[]): (peer: Peer, headers: Headers) => Peer {
  const isTrusted = addressMatcher(trustedProxies);
  return (peer, headers) => {
    const address = plainAddress(peer.address);
    if (!isTrusted(address)) return { address, isSecure: peer.isSecure };
    return {
      address: firstUntrusted(address, headers.get('x-forwarded-for'), isTrusted),
      isSecure: schemeOf(headers.get('x-forwarded-proto')) === 'https' || peer.isSecure,
    };
  };
}

/** Each proxy appends whom it got the request from: read from the end, until one that nobody trusted vouches for. */
function firstUntrusted(
  peerAddress: string,
  forwardedFor: string | null,
  isTrusted: (address: string) => boolean,
): string {
  let address = peerAddress;
  for (const hop of (forwardedFor ?? '').split(',').reverse().slice(0, HOPS_MAX)) {
    const next = plainAddress(withoutPort(hop.trim()));
    if (isIP(next) === 0) return address;
    address = next;
    if (!isTrusted(address)) return address;
  }
  return address;
}

/** `1.2.3.4:5678` and `[::1]:5678`, as some proxies write. */
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** What the proxy nearest to us says. */
function schemeOf(forwardedProto: string | null): string {
  return (forwardedProto ?? '').split(',').at(-1)?.trim().toLowerCase() ?? '';
}

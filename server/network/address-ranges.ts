/** Sets of IP addresses, written as `10.0.0.0/8`, `192.168.1.7`, `fd00::/8`. */
import { BlockList, isIP } from 'node:net';

type Family = 'ipv4' | 'ipv6';

interface AddressRange {
  address: string;
  prefix: number;
  family: Family;
}

/** Null when the text is neither an address nor a range. Host bits may be set: `10.1.2.3/8` is `10.0.0.0/8`. */
export function parseAddressRange(text: string): AddressRange | null {
  const [, address = '', digits] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = familyOf(address);
  if (family === null) return null;
  const prefixMax = family === 'ipv4' ? 32 : 128;
  const prefix = digits === undefined ? prefixMax : Number(digits);
  return prefix > prefixMax ? null : { address, prefix, family };
}

/** Whether an address is in one of the ranges; a text that is no address is in none. */
export function addressMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of ranges) {
    const range = parseAddressRange(text);
    if (range === null) throw new TypeError(`${text} is no address range`);
    list.addSubnet(range.address, range.prefix, range.family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = familyOf(plain);
    return family !== null && list.check(plain, family);
  };
}

/** An IPv4 address that a socket shows as IPv6 (`::ffff:10.0.0.1`) as what it is, an IPv6 one without its zone (`%eth0`). */
export function plainAddress(address: string): string {
  const withoutZone = address.split('%')[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone)?.[1];
  return mapped ?? withoutZone;
}

/** Reached by this machine alone. */
export const isLoopback = addressMatcher(['127.0.0.0/8', '::1']);

function familyOf(address: string): Family | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}

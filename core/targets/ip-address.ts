/** IP addresses as bytes, from the forms in which people and resolvers write them. Pure: browsers have no `node:net`. */

/** 4 bytes of an IPv4 address or 16 of an IPv6 one. */
export type AddressBytes = readonly number[];

/** Null when the text is no address. Brackets and a zone (`fe80::1%eth0`) are left out of account. */
export function parseAddress(text: string): AddressBytes | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  return bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare);
}

/** `a` within the first `prefix` bits of `b`; false for addresses of different families. */
export function sharesPrefix(a: AddressBytes, b: AddressBytes, prefix: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0, left = prefix; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if (((a[i] ?? 0) & mask) !== ((b[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** Prefixes of IPv6 addresses that carry an IPv4 one, and where it lies in them: packets may end up there. */
const carriers = [
  { bytes: parse('::ffff:0:0'), prefix: 96, at: 12 },
  { bytes: parse('::'), prefix: 96, at: 12 },
  { bytes: parse('::ffff:0:0:0'), prefix: 96, at: 12 },
  { bytes: parse('64:ff9b::'), prefix: 96, at: 12 },
  { bytes: parse('2002::'), prefix: 16, at: 2 },
] as const;

/** The address and, for an IPv6 one that carries an IPv4 address (mapped, compatible, translated, NAT64, 6to4), that one too. */
export function readingsOf(address: AddressBytes): AddressBytes[] {
  if (address.length === 4) return [address];
  const carrier = carriers.find(({ bytes, prefix }) => sharesPrefix(address, bytes, prefix));
  return carrier === undefined ? [address] : [address, address.slice(carrier.at, carrier.at + 4)];
}

function parse(text: string): AddressBytes {
  return parseAddress(text) ?? [];
}

function parseIpv4(text: string): AddressBytes | null {
  const parts = text.split('.');
  // A leading zero means octal to some and nothing to others.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function parseIpv6(text: string): AddressBytes | null {
  const [before = '', after, ...more] = text.split('::');
  if (more.length > 0) return null;
  const head = groupsOf(before, after === undefined);
  const tail = after === undefined ? [] : groupsOf(after, true);
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 2) return null;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** Bytes of `a:b:c`; the last group may be an IPv4 address where the text ends. */
function groupsOf(text: string, isEnd: boolean): number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (isEnd && i === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group);
      if (ipv4 === null) return null;
      bytes.push(...ipv4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return null;
  }
  return bytes;
}

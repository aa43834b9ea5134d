import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress, readingsOf, sharesPrefix } from './ip-address.ts';

const asNumber = (bytes: readonly number[]) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

describe('parseAddress', () => {
  it.each([
    ['10.0.0.255', [10, 0, 0, 255]],
    ['::', Array(16).fill(0)],
    ['::1', [...Array(15).fill(0), 1]],
    ['[fd00:ec2::254]', [0xfd, 0, 0x0e, 0xc2, ...Array(10).fill(0), 0x02, 0x54]],
    ['fe80::1%eth0', [0xfe, 0x80, ...Array(13).fill(0), 1]],
    ['::ffff:1.2.3.4', [...Array(10).fill(0), 255, 255, 1, 2, 3, 4]],
    ['1:2:3:4:5:6:7::', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]],
  ])('reads %s', (text, bytes) => {
    expect(parseAddress(text)).toEqual(bytes);
  });

  it.each([
    ['', '1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4.5', '0x7f.1.1.1', '2130706433', 'localhost'],
    [':', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8::', '12345::', '::1.2.3', 'g::'],
    ['1.2.3.4::', '::1.2.3.4:1'],
  ])('refuses what is none: %s, ...', (...texts) => {
    for (const text of texts) expect(parseAddress(text), text).toBeNull();
  });

  it('reads every address that Node takes for one, and no other', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'0123456789abcf:.'), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), noise), (text) => {
        expect(parseAddress(text)?.length ?? 0).toBe({ 4: 4, 6: 16 }[isIP(text)] ?? 0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('sharesPrefix', () => {
  it('compares so many bits, as arithmetic does', () => {
    const bytes = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length });
    const pairs = fc.constantFrom(4, 16).chain((length) => fc.tuple(bytes(length), bytes(length), fc.nat(length * 8)));
    fc.assert(
      fc.property(pairs, fc.boolean(), ([a, other, prefix], isNear) => {
        // Two random addresses rarely share more than a few bits.
        const b = isNear ? a.map((byte, i) => (i < prefix / 8 ? byte : (other[i] ?? 0))) : other;
        const rest = BigInt(a.length * 8 - prefix);
        expect(sharesPrefix(a, b, prefix)).toBe(asNumber(a) >> rest === asNumber(b) >> rest);
      }),
    );
  });

  it('is false for addresses of different families', () => {
    expect(sharesPrefix([0, 0, 0, 0], Array(16).fill(0), 0)).toBe(false);
  });
});

describe('readingsOf', () => {
  it.each([
    '::ffff:169.254.1.2',
    '::ffff:a9fe:102',
    '::169.254.1.2',
    '::ffff:0:169.254.1.2',
    '64:ff9b::169.254.1.2',
    '2002:a9fe:102::1',
  ])('finds the IPv4 address in %s', (text) => {
    expect(readingsOf(parseAddress(text) ?? [])[1]).toEqual([169, 254, 1, 2]);
  });

  it('finds none in others', () => {
    expect(readingsOf([1, 2, 3, 4])).toEqual([[1, 2, 3, 4]]);
    expect(readingsOf(parseAddress('2001:db8::a9fe:102') ?? [])).toHaveLength(1);
  });
});

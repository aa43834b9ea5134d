import { describe, expect, it } from 'vitest';
import { createClientFinder } from './client-address.ts';

const find = createClientFinder(['10.0.0.0/8', '::1']);
const plain = (address: string) => ({ address, isSecure: false });

describe('the client of a request', () => {
  it.each<[string, string, string | undefined, string]>([
    ['the peer, when it is no proxy', '203.0.113.1', undefined, '203.0.113.1'],
    ['the peer, whatever it says, when nobody trusts it', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['the peer, when a proxy says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['whom a proxy names', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['whom a proxy names through IPv6', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['whom the last proxy names, not whom the client made up', '10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['beyond proxies that are trusted', '10.0.0.1', '198.51.100.1, 10.0.0.3,10.0.0.2', '198.51.100.1'],
    ['the farthest proxy, when all are trusted', '::1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['named with its port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['named in IPv6 with its port', '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['the nearest that is known, when the next makes no sense', '10.0.0.1', 'evil, unknown, 10.0.0.2', '10.0.0.2'],
    ['the peer, when all is nonsense', '10.0.0.1', `${'x,'.repeat(10_000)}`, '10.0.0.1'],
  ])('is %s', (_what, peer, forwardedFor, client) => {
    const headers = new Headers(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor });
    expect(find(plain(peer), headers)).toEqual(plain(client));
  });

  it('is followed over 32 proxies, no further', () => {
    const chain = ['198.51.100.1', ...Array<string>(40).fill('10.0.0.2')].join(',');
    expect(find(plain('10.0.0.1'), new Headers({ 'x-forwarded-for': chain })).address).toBe('10.0.0.2');
  });

  it.each([
    ['10.0.0.1', 'https', true],
    ['10.0.0.1', 'http, HTTPS', true],
    ['10.0.0.1', 'https, http', false],
    ['10.0.0.1', '', false],
    ['203.0.113.1', 'https', false],
  ])('of %s comes by %j: secure %s', (peer, proto, isSecure) => {
    expect(find(plain(peer), new Headers({ 'x-forwarded-proto': proto })).isSecure).toBe(isSecure);
  });

  it('is secure when the connection is', () => {
    expect(find({ address: '203.0.113.1', isSecure: true }, new Headers()).isSecure).toBe(true);
  });
});

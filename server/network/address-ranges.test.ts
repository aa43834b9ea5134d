import { describe, expect, it } from 'vitest';
import { addressMatcher, isLoopback, parseAddressRange, plainAddress } from './address-ranges.ts';

describe('parseAddressRange', () => {
  it.each([
    ['10.0.0.0/8', { address: '10.0.0.0', prefix: 8, family: 'ipv4' }],
    ['192.168.1.7', { address: '192.168.1.7', prefix: 32, family: 'ipv4' }],
    ['0.0.0.0/0', { address: '0.0.0.0', prefix: 0, family: 'ipv4' }],
    ['fd00::/8', { address: 'fd00::', prefix: 8, family: 'ipv6' }],
    ['::1', { address: '::1', prefix: 128, family: 'ipv6' }],
  ])('reads %s', (text, range) => {
    expect(parseAddressRange(text)).toEqual(range);
  });

  it.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::/129',
    '1.2.3.4:80',
    ' 10.0.0.1',
    '*',
  ])('refuses %j', (text) => {
    expect(parseAddressRange(text)).toBeNull();
  });
});

describe('addressMatcher', () => {
  const matches = addressMatcher(['10.1.2.3/8', '192.168.1.7', 'fd00::/8']);

  it.each([
    '10.0.0.0',
    '10.255.255.255',
    '192.168.1.7',
    '::ffff:10.9.9.9',
    '::FFFF:10.9.9.9',
    'fd12::1',
    'fd12::1%eth0',
  ])('has %s', (address) => {
    expect(matches(address)).toBe(true);
  });

  it.each(['11.0.0.0', '192.168.1.8', '::ffff:11.0.0.1', 'fe80::1', '', 'unknown', '10.0.0', '10.0.0.1/8'])(
    'has not %j',
    (address) => {
      expect(matches(address)).toBe(false);
    },
  );

  it('has nothing when there are no ranges', () => {
    expect(addressMatcher([])('127.0.0.1')).toBe(false);
  });
});

describe('plainAddress', () => {
  it.each([
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('makes %s %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });
});

describe('isLoopback', () => {
  it('knows the machine itself', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.0.1', 'localhost'].some(isLoopback)).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTargetRule, TargetRules } from './target-rules.ts';

const all = new TargetRules(null);
const only = (...allow: string[]) => new TargetRules(allow);
const NEVER = /link-local and metadata/;
const NOT_LISTED = /allow-list/;

describe('without an allow-list', () => {
  it.each(['127.0.0.1', '10.1.2.3', '::1', 'fd00::1', '0.0.0.0', '169.253.255.255', '169.255.0.0', 'fec0::1'])(
    '%s may be a target',
    (address) => {
      expect(all.refuseAddress('any.example', address, 80)).toBeNull();
      expect(all.refuseHost(address, 80)).toBeNull();
    },
  );

  it.each([
    '169.254.169.254',
    '169.254.0.0',
    '169.254.255.255',
    'fe80::1',
    'febf::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'FD00:0EC2:0:0::0254',
    'fd20:ce::254',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
  ])('%s may never', (address) => {
    expect(all.refuseAddress('shop.example', address, 80)).toMatch(NEVER);
    expect(all.refuseHost(`[${address}]`, 443)).toMatch(NEVER);
    // Nor may a list allow it.
    expect(only('shop.example', '0.0.0.0/0', '::/0').refuseAddress('shop.example', address, 80)).toMatch(NEVER);
  });

  it('host names are looked at when they are resolved', () => {
    expect(all.refuseHost('metadata.google.internal', 80)).toBeNull();
    expect(all.refuseAddress('metadata.google.internal', '169.254.169.254', 80)).toMatch(NEVER);
    expect(all.refuseAddress('host', 'no address', 80)).toMatch(/cannot be understood/);
  });
});

describe('an allow-list', () => {
  it('of a host allows it whatever its address, and no other', () => {
    const rules = only('Shop.Example.');
    expect(rules.refuseAddress('shop.example', '10.0.0.1', 8443)).toBeNull();
    expect(rules.refuseHost('SHOP.example.', 1)).toBeNull();
    for (const host of ['a.shop.example', 'xshop.example', 'shop.example.org', '10.0.0.1']) {
      expect(rules.refuseHost(host, 80), host).toMatch(NOT_LISTED);
      expect(rules.refuseAddress(host, '10.0.0.1', 80), host).toMatch(NOT_LISTED);
    }
  });

  it('of hosts below one allows these, and not the one', () => {
    const rules = only('*.shop.example');
    expect(rules.refuseHost('a.b.shop.example', 80)).toBeNull();
    expect(rules.refuseHost('shop.example', 80)).toMatch(NOT_LISTED);
    expect(rules.refuseHost('evilshop.example', 80)).toMatch(NOT_LISTED);
  });

  it('of a range allows hosts by their address, known only when they are resolved', () => {
    const rules = only('10.0.0.0/8', '[fd12::]/16');
    expect(rules.refuseHost('any.example', 80)).toBeNull();
    expect(rules.refuseAddress('any.example', '10.255.0.1', 80)).toBeNull();
    expect(rules.refuseAddress('any.example', '::ffff:10.255.0.1', 80)).toBeNull();
    expect(rules.refuseAddress('any.example', 'fd12:1::1', 80)).toBeNull();
    expect(rules.refuseAddress('any.example', '11.0.0.1', 80)).toMatch(NOT_LISTED);
    expect(rules.refuseHost('11.0.0.1', 80)).toMatch(NOT_LISTED);
  });

  it.each(['shop.example:8443', '*.example:8443', '10.0.0.1:8443', '10.0.0.0/8:8443'])(
    'of a port, %s, allows that one',
    (rule) => {
      expect(only(rule).refuseAddress('shop.example', '10.0.0.1', 8443)).toBeNull();
      expect(only(rule).refuseAddress('shop.example', '10.0.0.1', 443)).toMatch(NOT_LISTED);
      expect(only(rule).refuseHost('shop.example', 443)).toMatch(NOT_LISTED);
    },
  );

  it.each(['[fd00::1]:80', '[fd00::]/8:80', '[fd00::/8]:80'])('of an IPv6 address and a port: %s', (rule) => {
    expect(isTargetRule(rule)).toBe(true);
    expect(only(rule).refuseHost('[fd00::1]', 80)).toBeNull();
    expect(only(rule).refuseHost('[fd00::1]', 81)).toMatch(NOT_LISTED);
  });

  it('that is empty, or holds nothing that can be understood, allows nothing', () => {
    for (const rules of [only(), only('http://shop.example')]) {
      expect(rules.refuseHost('shop.example', 80)).toMatch(NOT_LISTED);
      expect(rules.refuseAddress('shop.example', '10.0.0.1', 80)).toMatch(NOT_LISTED);
    }
  });

  it('allows what lies in one of its ranges and no other address', () => {
    const range = fc.record({ address: fc.ipV4(), prefix: fc.nat(32) });
    const numberOf = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), fc.ipV4(), (ranges, address) => {
        fc.pre(!/^(169\.254|168\.63\.129\.16$|100\.100\.100\.200$|192\.0\.0\.192$)/.test(address));
        const rules = only(...ranges.map((each) => `${each.address}/${each.prefix}`));
        const isIn = ranges.some(({ address: base, prefix }) => {
          const size = 2 ** (32 - prefix);
          return Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
        });
        expect(rules.refuseAddress('any.example', address, 80) === null).toBe(isIn);
      }),
    );
  });
});

describe('isTargetRule', () => {
  it.each([
    'shop.example',
    '*.shop.example:443',
    'localhost',
    '10.0.0.1',
    '10.0.0.0/8',
    'fd00::/8',
    '::1',
    'my_host-1:80',
  ])('takes %s', (rule) => expect(isTargetRule(rule)).toBe(true));

  it.each([
    ['', '*', 'a.*.example', '*.', 'http://shop.example', 'shop.example/path', 'a..b', '-a', 'a b', '.example'],
    [
      '10.0.0.0/33',
      '10.0.0',
      '300.1.1.1',
      '10.0.0.0/',
      'fd00::/129',
      '[fd00::1',
      'shop.example:0',
      'shop.example:65536',
    ],
    ['1234', '1.2', 'fd00::x', '[shop.example]', 'shop.example:'],
  ])('refuses %j and more', (...rules) => {
    for (const rule of rules) expect(isTargetRule(rule), rule).toBe(false);
  });

  it('is never more than a moment at hostile texts, and never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 1_000 }), (text) => typeof isTargetRule(text) === 'boolean'));
    expect(isTargetRule(`${'a-'.repeat(50_000)}!`)).toBe(false);
  });
});

import { spawn } from 'node:child_process';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { TargetRules } from '../../../../core/targets/target-rules.ts';
import type { Failure } from '../../failure.ts';
import { response, type ScriptedServer, scriptedServer } from '../../testing/scripted-server.ts';
import { Connection } from './connection.ts';
import type { Address, Lookup } from './origin.ts';
import { Origins, type OriginsOptions } from './origins.ts';
import { SourceAddresses } from './source-addresses.ts';
import { UserNetwork } from './user-network.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(options: Parameters<typeof scriptedServer>[1] = {}): Promise<ScriptedServer> {
  const server = await scriptedServer(() => response('ok'), options);
  servers.push(server);
  return server;
}

const hasIpv6 = await new Promise<boolean>((resolve) => {
  const server = net.createServer();
  server.once('error', () => resolve(false));
  server.listen(0, '::1', () => server.close(() => resolve(true)));
});

const address = (text: string): Address => ({ address: text, family: text.includes(':') ? 6 : 4 });

/** Answers one after the other; the last one again and again. */
function lookupOf(...answers: (string[] | Error)[]): Lookup & { asked: string[] } {
  const asked: string[] = [];
  const lookup = async (host: string): Promise<readonly Address[]> => {
    const answer = answers[Math.min(asked.push(host), answers.length) - 1] ?? [];
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (answer instanceof Error) throw answer;
    return answer.map(address);
  };
  return Object.assign(lookup, { asked });
}

const lookupError = (code: string): Error => Object.assign(new Error(code), { code });

interface Opened {
  failure: Failure | null;
  times: { resolveMs: number; connectMs: number; tlsMs: number };
}

/** Opens a connection and closes it. */
function open(network: UserNetwork, url: string, isFromRandomSource = false): Promise<Opened> {
  return new Promise((resolve) => {
    const settle = (connection: Connection, failure: Failure | null): void => {
      const times = { resolveMs: -1, connectMs: -1, tlsMs: -1 };
      connection.addOpeningTo(times);
      connection.close();
      resolve({ failure, times });
    };
    const owner = {
      onConnected: (connection: Connection) => settle(connection, null),
      onConnectFailed: (connection: Connection, failure: Failure) => settle(connection, failure),
      onSent: () => {},
      onResponse: () => {},
      onBroken: () => {},
      onIdleClosed: () => {},
    };
    new Connection(network.origins.of(new URL(url)), network, owner, performance.now(), isFromRandomSource);
  });
}

const user = (options: OriginsOptions, index = 0): UserNetwork => new UserNetwork(new Origins(options), index, () => 0);

describe('a host with several addresses', () => {
  const at = (server: ScriptedServer): string => `http://several.test:${server.port}/`;

  it('is tried on all of them before a request fails', async () => {
    const server = await serve();
    const network = user({ lookup: lookupOf(['127.0.0.2', '127.0.0.3', '127.0.0.1']) });
    expect(await open(network, at(server))).toMatchObject({ failure: null });
    await server.close();
    expect(await open(network, at(server))).toMatchObject({ failure: { type: 'connect-refused' } });
  });

  it('has its users spread over them', () => {
    const origin = new Origins().of(new URL('http://several.test/'));
    const all = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(address);
    expect([0, 1, 2, 3].map((turn) => origin.candidates(all, turn)[0]?.address)).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.1',
    ]);
    expect(origin.candidates(all, 1).map((one) => one.address)).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1']);
  });

  it('is reached by the family that it answered on', () => {
    const origin = new Origins().of(new URL('http://several.test/'));
    const [six, four] = [address('::1'), address('127.0.0.1')];
    expect(origin.candidates([six, four], 0)).toEqual([six, four]);
    expect(origin.candidates([six, four], 1)).toEqual([six, four]);
    origin.proven(four);
    expect(origin.candidates([six, four], 1)).toEqual([four]);
    // Its addresses may change.
    expect(origin.candidates([six, address('::2')], 0)).toEqual([six, address('::2')]);
  });

  it.skipIf(!hasIpv6)('falls back from a family on which nobody listens (needs IPv6 on loopback)', async () => {
    const server = await serve();
    const network = user({ lookup: lookupOf(['::1', '127.0.0.1']) });
    for (let i = 0; i < 2; i++) expect(await open(network, at(server))).toMatchObject({ failure: null });
  });
});

describe('a host of two families', () => {
  /** A program that listens on ::1 and accepts nothing: once its queue is full, nobody hears of those who come. */
  async function deafListener(port: number): Promise<{ stop(): void }> {
    const script = `require('net').createServer().listen(${port}, '::1', 1, () => console.log('listening'))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGSTOP');
    const fillers = Array.from({ length: 8 }, () => net.connect(port, '::1').on('error', () => {}));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return {
      stop: () => {
        for (const filler of fillers) filler.destroy();
        child.kill('SIGKILL');
      },
    };
  }

  const canBeDeaf = hasIpv6 && process.platform === 'linux';
  it.skipIf(!canBeDeaf)('is reached by the second when the first stays silent (needs Linux with IPv6)', async () => {
    const server = await serve();
    const deaf = await deafListener(server.port);
    const network = user({ lookup: lookupOf(['::1', '127.0.0.1']) });
    const url = `http://two.test:${server.port}/`;
    try {
      const first = await open(network, url);
      expect(first.failure).toBeNull();
      expect(first.times.connectMs).toBeGreaterThan(250);
      // From then on it is known.
      expect((await open(network, url)).times.connectMs).toBeLessThan(first.times.connectMs);
    } finally {
      deaf.stop();
    }
  });
});

describe('a name', () => {
  it('is resolved once by each user; those who ask at the same time share the answer', async () => {
    const server = await serve();
    const lookup = lookupOf(['127.0.0.1']);
    const origins = new Origins({ lookup });
    const url = `http://shop.test:${server.port}/`;
    const [one, other] = [0, 1].map((index) => new UserNetwork(origins, index, () => 0));
    const first = await open(one!, url);
    expect(first.times.resolveMs).toBeGreaterThan(1);
    expect(first.times.connectMs).toBeGreaterThanOrEqual(0);
    expect(first.times.tlsMs).toBe(-1);
    expect((await open(one!, url)).times.resolveMs).toBe(-1);
    expect(lookup.asked).toEqual(['shop.test']);
    await Promise.all([open(other!, url), open(new UserNetwork(origins, 2, () => 0), url)]);
    expect(lookup.asked.length).toBe(2);
  });

  it('is resolved for each connection when nothing is kept, and its addresses are taken in turns', async () => {
    const [one, other] = [await serve({ host: '127.0.0.1' }), await serve({ host: '127.0.0.2' })];
    const lookup = lookupOf(['127.0.0.1'], ['127.0.0.2']);
    const network = user({ lookup, dnsCache: false });
    expect(await open(network, `http://shop.test:${one.port}/`)).toMatchObject({ failure: null });
    expect(await open(network, `http://shop.test:${other.port}/`)).toMatchObject({ failure: null });
    expect(await open(network, `http://shop.test:${one.port}/`)).toMatchObject({
      failure: { type: 'connect-refused' },
    });
    expect(lookup.asked.length).toBe(3);
    const both = user({ lookup: lookupOf(['10.0.0.1', '10.0.0.2']), dnsCache: false });
    const origin = both.origins.of(new URL('http://shop.test/'));
    const tried = [await both.resolve(origin), await both.resolve(origin)];
    expect(new Set(tried.map((candidates) => 'type' in candidates || candidates[0]?.address)).size).toBe(2);
  });

  it('that leads to an address that is no target is refused, each time it is resolved', async () => {
    const server = await serve();
    const lookup = lookupOf(
      ['127.0.0.1'],
      ['169.254.169.254'],
      ['fe80::1', 'fd00:ec2::254'],
      ['169.254.1.1', '127.0.0.1'],
    );
    const network = user({ lookup, dnsCache: false });
    const url = `http://rebound.test:${server.port}/`;
    expect((await open(network, url)).failure).toBeNull();
    expect((await open(network, url)).failure?.type).toBe('target-refused');
    // What was refused is refused for a second, unasked.
    expect((await open(network, url)).failure?.type).toBe('target-refused');
    expect(lookup.asked.length).toBe(2);
    const another = user({ lookup: lookupOf(['169.254.1.1', '127.0.0.1']) });
    expect(await another.resolve(another.origins.of(new URL(url)))).toEqual([address('127.0.0.1')]);
  });

  it('as an address is never resolved, and refused without a connection', async () => {
    const lookup = lookupOf([]);
    const network = user({ lookup, rules: new TargetRules(['127.0.0.1']) });
    expect((await open(network, 'http://127.0.0.2:1/')).failure?.type).toBe('target-refused');
    expect((await open(network, 'http://[::ffff:169.254.169.254]/')).failure?.type).toBe('target-refused');
    expect(lookup.asked).toEqual([]);
  });

  it.each([
    ['ENOTFOUND', 'the host name could not be resolved (there is no such name: ENOTFOUND)'],
    ['EAI_AGAIN', 'the host name could not be resolved (the resolver did not answer: EAI_AGAIN)'],
    ['ESERVFAIL', 'the host name could not be resolved (ESERVFAIL)'],
  ])('that cannot be resolved says why (%s)', async (code, message) => {
    const lookup = lookupOf(lookupError(code));
    const network = user({ lookup });
    const { failure, times } = await open(network, 'http://no.test/');
    expect(failure).toMatchObject({ type: 'dns', message });
    expect(times.resolveMs).toBeGreaterThan(1);
    expect(times.connectMs).toBe(-1);
    expect((await open(network, 'http://no.test/')).failure).toMatchObject({ message });
    expect(lookup.asked.length).toBe(1);
  });

  it('without any address is a failure', async () => {
    expect((await open(user({ lookup: lookupOf([]) }), 'http://no.test/')).failure?.message).toContain('no address');
  });

  it('is said to TLS servers without the dot at its end', () => {
    const origins = new Origins();
    expect(origins.of(new URL('https://shop.test./')).serverName).toBe('shop.test');
    expect(origins.of(new URL('https://[::1]/')).serverName).toBeNull();
  });

  it('of too many is forgotten by a user, the oldest first', async () => {
    const lookup = lookupOf(['127.0.0.1']);
    const network = user({ lookup });
    const origins = Array.from({ length: 40 }, (_, i) => network.origins.of(new URL(`http://host${i}.test/`)));
    for (const origin of origins) await network.resolve(origin);
    expect(network.known(origins[0]!)).toBeNull();
    expect(network.known(origins[39]!)).toEqual([address('127.0.0.1')]);
  });
});

describe('a random source', () => {
  const own = ['127.0.0.5', '127.0.0.6', '127.0.0.7', '::1', '192.0.2.200', '2001:db8::1'];

  it('is any of the addresses of the host that lead there', () => {
    const sources = new SourceAddresses(own);
    const picked = (target: string): Set<string | null> =>
      new Set([0, 0.2, 0.4, 0.6, 0.8, 0.99].map((random) => sources.pick(address(target), random)));
    expect(picked('198.51.100.1')).toEqual(new Set(['192.0.2.200']));
    expect(picked('2001:db8::2')).toEqual(new Set(['2001:db8::1']));
    expect(picked('127.0.0.1')).toEqual(new Set(['127.0.0.5', '127.0.0.6', '127.0.0.7', '192.0.2.200']));
    expect(picked('::1')).toEqual(new Set(['::1', '2001:db8::1']));
    expect(new SourceAddresses([]).pick(address('127.0.0.1'), 0)).toBeNull();
  });

  it('is one of those that the system names, but for link-local ones', () => {
    const named = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((each) => each.address));
    const sources = new SourceAddresses();
    for (const target of ['127.0.0.1', '198.51.100.1', '::1', '2001:db8::1']) {
      for (let random = 0; random < 1; random += 0.1) {
        const picked = sources.pick(address(target), random);
        if (picked === null) continue;
        expect(named).toContain(picked);
        expect(picked).not.toMatch(/^(169\.254|fe80)/);
        expect(net.isIP(picked)).toBe(net.isIP(target));
      }
    }
  });

  // Linux takes all of 127.0.0.0/8 for its own.
  it.skipIf(process.platform !== 'linux')('is where connections come from (needs 127.0.0.0/8)', async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve({ onConnection: (socket) => seen.push(socket.remoteAddress) });
    const origins = new Origins({ sources: new SourceAddresses(own.slice(0, 3)) });
    let random = 0;
    const network = new UserNetwork(origins, 0, () => {
      random += 0.34;
      return random % 1;
    });
    const url = `http://127.0.0.1:${server.port}/`;
    for (let i = 0; i < 3; i++) expect((await open(network, url, true)).failure).toBeNull();
    expect((await open(network, url)).failure).toBeNull();
    expect(seen.slice(0, 3).toSorted()).toEqual(['127.0.0.5', '127.0.0.6', '127.0.0.7']);
    expect(seen[3]).toBe('127.0.0.1');
  });

  it('that the host has lost is a failure that says so', async () => {
    const server = await serve();
    const network = user({ sources: new SourceAddresses(['192.0.2.199']) });
    expect((await open(network, server.url, true)).failure).toMatchObject({
      type: 'connect',
      message: expect.stringContaining('no address or port of this host is free to connect from (EADDRNOTAVAIL)'),
    });
  });
});

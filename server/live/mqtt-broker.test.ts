import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { actorOf } from '../ports/fixtures/sample-users.ts';
import { type ServedLive, serveLive } from './fixtures/serve-live.ts';
import type { BrokerLimits } from './mqtt-broker.ts';

let live: ServedLive;
afterEach(() => live.close());
const serve = async (limits: Partial<BrokerLimits> = {}) => {
  live = await serveLive(limits);
  return live;
};

const topic = 'runs/run-1/live/+';
const bytes = (text: string) => new TextEncoder().encode(text);

/** Resolves when its connection has ended. */
const ended = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

/** What the client gets from now on. */
function collect(client: MqttClient): string[] {
  const messages: string[] = [];
  client.on('message', (name, payload) => messages.push(`${name} ${payload}`));
  return messages;
}

const granted = async (client: MqttClient, name: string): Promise<number> =>
  (await client.subscribeAsync(name).catch(() => []))[0]?.qos ?? 128;

describe('watching over MQTT', () => {
  it('gives what is published of the runs and regions that were subscribed to', async () => {
    const { broker, connect } = await serve();
    const [all, east] = [await connect('viewer'), await connect('viewer', { clientId: 'same' })];
    const gotten = [collect(all), collect(east)];
    expect(broker.isWatched('run-1')).toBe(false);
    expect(await granted(all, topic)).toBe(0);
    expect(await granted(east, 'runs/run-1/live/east')).toBe(0);
    expect([broker.isWatched('run-1'), broker.isWatched('run-2')]).toEqual([true, false]);
    broker.publish('run-2', 'east', bytes('other'));
    broker.publish('run-1', 'west', bytes('w'));
    broker.publish('run-1', 'east', bytes('e'));
    await vi.waitFor(() => expect(gotten[1]).toEqual(['runs/run-1/live/east e']), 20_000);
    await vi.waitFor(() => expect(gotten[0]).toEqual(['runs/run-1/live/west w', 'runs/run-1/live/east e']), 20_000);
    await all.unsubscribeAsync(topic);
    await east.endAsync(true);
    await vi.waitFor(() => expect(broker.isWatched('run-1')).toBe(false), 20_000);
  });

  it('gives at once what was published lately', async () => {
    const { connect, recent } = await serve();
    recent.push({ region: 'east', payload: bytes('1') }, { region: 'west', payload: bytes('2') });
    const client = await connect('viewer');
    const messages = collect(client);
    await client.subscribeAsync(topic);
    await vi.waitFor(() => expect(messages).toEqual(['runs/run-1/live/east 1', 'runs/run-1/live/west 2']), 20_000);
  });

  it('is sent each message in a frame of its own', async () => {
    const { broker, connect } = await serve();
    const client = await connect('viewer');
    const messages = collect(client);
    await client.subscribeAsync(topic);
    let frames = 0;
    client.stream.on('data', () => {
      frames++;
    });
    for (let i = 0; i < 3; i++) {
      broker.publish('run-1', 'east', bytes(`message ${i}`));
      await vi.waitFor(() => expect(messages).toHaveLength(i + 1), 20_000);
    }
    expect(frames).toBe(3);
  });

  it('does not let one client take the place of another', async () => {
    const { broker, connect } = await serve();
    const first = await connect('viewer', { clientId: 'same' });
    const messages = collect(first);
    await first.subscribeAsync(topic);
    await connect('viewer', { clientId: 'same' });
    broker.publish('run-1', 'east', bytes('still'));
    await vi.waitFor(() => expect(messages).toEqual(['runs/run-1/live/east still']), 20_000);
  });
});

describe('whoever may not watch', () => {
  it.each([
    ['has no token', '', {}],
    ['has one that is not known', 'foreign', {}],
    ['has one that is far too long', 'x'.repeat(5_000), {}],
    ['gives another name', 'viewer', { username: 'admin' }],
    ['has one that has expired', 'expired', {}],
  ])('is not let in: %s', async (_what, password, options) => {
    const { connect, tokens } = await serve();
    tokens.set('expired', { refusal: 'The API token has expired.' });
    await expect(connect(password, options)).rejects.toThrow(/not authorized/i);
  });

  it('is told to come later when it cannot be found out, or after too many wrong ones', async () => {
    const { connect, tokens } = await serve();
    tokens.set('somebody', 'unreachable');
    await expect(connect('somebody')).rejects.toThrow(/server unavailable/i);
    for (let i = 0; i < 5; i++) await expect(connect('wrong')).rejects.toThrow(/not authorized/i);
    await expect(connect('wrong')).rejects.toThrow(/server unavailable/i);
  });

  it.each([
    '#',
    '+/#',
    'runs/#',
    'runs/+/live/+',
    'runs/other/live/east',
    '$SYS/#',
    '$SYS/+/new/clients',
    'runs/run-1/live/#',
  ])('subscribes to nothing else: %s', async (name) => {
    const { broker, connect } = await serve();
    const client = await connect('viewer');
    const messages = collect(client);
    expect(await granted(client, name)).toBe(128);
    broker.publish('run-1', 'east', bytes('secret'));
    expect(await granted(client, topic)).toBe(0);
    expect(messages).toEqual([]);
  });

  it.each([0, 1, 2] as const)('publishes nothing, with QoS %i', async (qos) => {
    const { connect } = await serve();
    const [watcher, writer] = [await connect('viewer'), await connect('viewer')];
    const messages = collect(watcher);
    await watcher.subscribeAsync(topic);
    const ending = ended(writer);
    writer.publish('runs/run-1/live/east', 'forged', { qos, retain: true }, () => {});
    await ending;
    expect(messages).toEqual([]);
  });

  it('leaves no will', async () => {
    const { connect } = await serve();
    const will = { topic: 'runs/run-1/live/east', payload: Buffer.from('forged') };
    await expect(connect('viewer', { will })).rejects.toThrow();
  });
});

describe('a connection', () => {
  it('ends when its token expires', async () => {
    const { broker, connect, tokens } = await serve();
    tokens.set('short', { actor: actorOf('viewer'), expiresAtMs: Date.now() + 2_000 });
    const client = await connect('short');
    await client.subscribeAsync(topic);
    await ended(client);
    expect(Date.now()).toBeGreaterThanOrEqual((tokens.get('short') as { expiresAtMs: number }).expiresAtMs);
    await vi.waitFor(() => expect(broker.isWatched('run-1')).toBe(false), 20_000);
  });

  it('ends when its token counts no more, and stays while that cannot be found out', async () => {
    const { connect, tokens } = await serve({ recheckMs: 20 });
    tokens.set('taken', { actor: actorOf('viewer'), expiresAtMs: null });
    const [stays, ends] = [await connect('viewer'), await connect('taken')];
    tokens.set('viewer', 'unreachable');
    tokens.delete('taken');
    await ended(ends);
    await sleep(100);
    expect(stays.connected).toBe(true);
  });

  it('ends when it says too much, too little, or nonsense', async () => {
    const { connect, url } = await serve({ bytesPerMinuteMax: 2_000, connectMs: 2_000 });
    const client = await connect('viewer');
    const ending = ended(client);
    client.subscribe(`runs/run-${'x'.repeat(3_000)}/live/+`, () => {});
    await ending;
    for (const sent of [null, Buffer.alloc(50, 0xff), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const socket = new WebSocket(url, 'mqtt');
      await once(socket, 'open');
      if (sent !== null) socket.send(sent);
      await once(socket, 'close');
    }
  });

  it('has limited subscriptions, and each user limited connections', async () => {
    const { connect } = await serve({ subscriptionsMax: 2, connectionsPerUserMax: 2 });
    const client = await connect('viewer');
    const grants = await Promise.all(['run-1', 'run-2', 'run-3'].map((id) => granted(client, `runs/${id}/live/+`)));
    expect(grants.sort()).toEqual([0, 0, 128]);
    await connect('viewer');
    await expect(connect('viewer')).rejects.toThrow(/server unavailable/i);
  });

  it('is refused when there are too many, and when the broker is closing', async () => {
    const { broker, connect, url } = await serve({ connectionsMax: 1 });
    const client = await connect('viewer');
    const refused = async () => {
      const socket = new WebSocket(url, 'mqtt');
      const [error] = await once(socket, 'error');
      return (error as Error).message;
    };
    expect(await refused()).toContain('503');
    const ending = ended(client);
    await broker.close();
    await ending;
    expect(await refused()).toContain('503');
  });

  it('is one to /mqtt; what asks for another upgrade is answered over HTTP', async () => {
    const { url } = await serve();
    const socket = new WebSocket(url.replace('/mqtt', '/other'));
    const [error] = await once(socket, 'error');
    expect((error as Error).message).toContain('200');
    const answer = await fetch(url.replace('ws:', 'http:'), { headers: { accept: '*/*' } });
    expect(await answer.text()).toBe('over HTTP');
  });
});

describe('a slow viewer', () => {
  it('gets fewer messages, the newest again once it has caught up, and holds up nobody', async () => {
    const { broker, connect, logged } = await serve({ behindBytes: 100_000 });
    const sockets: WebSocket[] = [];
    const createWebsocket = (url: string, protocols: string[]) => {
      sockets.push(new WebSocket(url, protocols));
      return sockets[0];
    };
    const [slow, quick] = [await connect('viewer', { createWebsocket }), await connect('viewer')];
    for (const client of [slow, quick]) await client.subscribeAsync(topic);
    const counts = { slow: 0, quick: 0 };
    let newest = '';
    quick.on('message', () => counts.quick++);
    slow.on('message', (_topic, payload) => {
      counts.slow++;
      newest = payload.subarray(0, 4).toString();
    });
    // Its window closes: nothing is read from its socket.
    sockets[0]?.pause();
    const MESSAGES = 400;
    for (let i = 0; i < MESSAGES; i++) {
      broker.publish('run-1', 'east', bytes(`${1_000 + i}${'x'.repeat(50_000)}`));
      await vi.waitFor(() => expect(counts.quick).toBe(i + 1), { interval: 1, timeout: 20_000 });
    }
    expect(counts.quick).toBe(MESSAGES);
    sockets[0]?.resume();
    await vi.waitFor(
      () => {
        broker.publish('run-1', 'east', bytes('last'));
        expect(newest).toBe('last');
      },
      { timeout: 20_000 },
    );
    expect(counts.slow).toBeLessThan(MESSAGES);
    await slow.endAsync(true);
    await vi.waitFor(() => expect(logged.join()).toContain('slow'), 20_000);
  });
});

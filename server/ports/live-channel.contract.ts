/** What every live channel does, seen from the console: its own client, its own topic, its own token. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveConnection } from '../../console/src/live/live-feed.ts';
import { openMqtt } from '../../console/src/live/open-mqtt.ts';
import { LIVE_PAYLOAD_BYTES_MAX, type LiveChannel } from './live-channel.ts';

export interface ChannelUnderTest {
  channel: LiveChannel;
  /** As `/config.json` names it. */
  mqttUrl: string;
  /** Of somebody who may watch runs. */
  token: string;
  close(): Promise<void>;
}

/** Longer than a message takes that is on its way. */
const SILENCE_MS = 300;

interface Viewer extends LiveConnection {
  got: Buffer[];
}

export function describeLiveChannel(name: string, open: () => Promise<ChannelUnderTest>): void {
  describe(`live channel (${name})`, () => {
    let under: ChannelUnderTest;
    let opened: LiveConnection[];
    beforeEach(async () => {
      opened = [];
      under = await open();
    });
    afterEach(async () => {
      for (const connection of opened) connection.end();
      await under.close();
    });

    async function watch(runId: string, token = under.token): Promise<Viewer> {
      const got: Buffer[] = [];
      const connection = await openMqtt(under.mqttUrl, runId, token, (payload) => got.push(Buffer.from(payload)));
      opened.push(connection);
      return { ...connection, got };
    }
    async function connect(): Promise<MqttClient> {
      const login = { username: 'jwt', password: under.token };
      const client = await connectAsync(under.mqttUrl, { ...login, reconnectPeriod: 0 }, false);
      client.on('error', () => {});
      opened.push({ closed: Promise.resolve(), end: () => void client.end(true) });
      return client;
    }

    it('brings what is published to all who watch the run, as it is', async () => {
      const [one, other] = await Promise.all([watch('run-1'), watch('run-1')]);
      const payload = Buffer.from([0, 255, 10, 13, 0, 128]);
      await under.channel.publish('run-1', 'eu-west-1', payload);
      await under.channel.publish('run-1', 'us-east-1', new Uint8Array([7]));
      for (const { got } of [one, other]) {
        await vi.waitFor(() => expect(got).toEqual(expect.arrayContaining([payload, Buffer.from([7])])), 20_000);
      }
    });

    it('brings it to nobody else, and to nobody later', async () => {
      const other = await watch('run-2');
      await under.channel.publish('run-1', 'eu-west-1', Buffer.from('early'));
      const late = await watch('run-1');
      await under.channel.publish('run-1', 'eu-west-1', Buffer.from('now'));
      await vi.waitFor(() => expect(late.got).toEqual([Buffer.from('now')]), 20_000);
      expect(other.got).toEqual([]);
    });

    it('takes messages of the largest size, and many at once', async () => {
      const viewer = await watch('run-1');
      const payload = Buffer.alloc(LIVE_PAYLOAD_BYTES_MAX, 'x');
      await under.channel.publish('run-1', 'eu-west-1', payload);
      await vi.waitFor(() => expect(viewer.got[0]?.equals(payload)).toBe(true), 20_000);
      const small = Array.from({ length: 40 }, (_, i) => Buffer.from([i]));
      await Promise.all(small.map((one) => under.channel.publish('run-1', 'eu-west-1', one)));
      await vi.waitFor(() => expect(viewer.got).toHaveLength(41), 20_000);
    });

    it('lets nobody in whose token counts for nothing', async () => {
      for (const token of ['wrong', '', 'x'.repeat(5_000)]) await expect(watch('run-1', token)).rejects.toThrow();
      await expect(connectAsync(under.mqttUrl, { reconnectPeriod: 0 }, false)).rejects.toThrow();
    });

    it('lets nobody publish', async () => {
      const viewer = await watch('run-1');
      const hostile = await connect();
      hostile.publish('runs/run-1/live/eu-west-1', 'forged', { qos: 0 });
      await vi.waitFor(() => expect(hostile.connected).toBe(false), 20_000);
      await under.channel.publish('run-1', 'eu-west-1', Buffer.from('true'));
      await vi.waitFor(() => expect(viewer.got).toEqual([Buffer.from('true')]), 20_000);
    });

    it.each(['#', '+/+/+/+', 'runs/#', 'runs/+/live/+/+', '$SYS/#', 'other'])('shows nothing of %s', async (filter) => {
      const client = await connect();
      const got = vi.fn();
      client.on('message', got);
      // It is refused, or the connection ends.
      await Promise.race([
        client.subscribeAsync(filter).catch(() => {}),
        new Promise<void>((over) => client.once('close', () => over())),
      ]);
      await under.channel.publish('run-1', 'eu-west-1', Buffer.from('secret'));
      await sleep(SILENCE_MS);
      expect(got).not.toHaveBeenCalled();
    });
  });
}

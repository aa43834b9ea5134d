/** Live data of a real run, at the whole server, with tokens as people and pipelines have them. */
import { generateKeyPair, SignJWT } from 'jose';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClientConfig } from '../../core/api/identity.ts';
import { decodeLiveMessage } from '../../core/live/live-message.ts';
import { LiveParts } from '../../core/live/live-parts.ts';
import type { Report } from '../../core/report/report.ts';
import { makeHome, type ServedHome, serveHome, smallScenario } from './fixtures/serve-home.ts';

let home: { path: string; remove(): Promise<void> };
let served: ServedHome;
let mqttUrl: string;
const clients: MqttClient[] = [];

beforeAll(async () => {
  home = await makeHome();
  served = await serveHome(home.path);
  const config = (await (await fetch(`${served.url}/config.json`)).json()) as ClientConfig;
  mqttUrl = config.mqttUrl ?? '';
});
afterAll(async () => {
  for (const client of clients) client.end(true);
  await served.close();
  served.local.killTasksNow();
  await home.remove();
});

async function connect(password: string): Promise<MqttClient> {
  const client = await connectAsync(mqttUrl, { username: 'jwt', password, reconnectPeriod: 0 }, false);
  clients.push(client);
  return client;
}

/** All that the client is told of a run from now on. */
async function watch(client: MqttClient, runId: string): Promise<LiveParts> {
  const parts = new LiveParts(100);
  client.on('message', (topic, payload) => {
    expect(topic).toBe(`runs/${runId}/live/local`);
    parts.add(decodeLiveMessage(payload));
  });
  expect((await client.subscribeAsync(`runs/${runId}/live/+`)).map(({ qos }) => qos)).toEqual([0]);
  return parts;
}

const requestsOf = (parts: LiveParts) => parts.moments().reduce((sum, { total }) => sum + total.requests, 0);

describe('live data', { timeout: 60_000 }, () => {
  it('is where the configuration of clients says', () => {
    expect(mqttUrl).toBe(`${served.url.replace('http:', 'ws:')}/mqtt`);
  });

  it('tells all that a run does, to whoever comes early or late', async () => {
    const api = await served.call('/api/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'wall', role: 'viewer' }),
    });
    const { token } = (await api.json()) as { token: string };
    const scenario = await served.createScenario(smallScenario({ holdFor: '4s' }));
    const { id } = await served.startRun(scenario.id);
    const early = await watch(await connect(token), id);
    await vi.waitFor(() => expect(early.moments().length).toBeGreaterThanOrEqual(2), { timeout: 30_000 });
    const late = await watch(await connect(served.token), id);
    await vi.waitFor(() => expect(late.moments().length).toBeGreaterThanOrEqual(2), 20_000);
    await served.waitFor(id);
    const report = (await (await served.call(`/api/runs/${id}/report`)).json()) as Report;
    expect(report.total.requests).toBeGreaterThan(0);
    for (const parts of [early, late]) {
      await vi.waitFor(() => expect(requestsOf(parts)).toBe(report.total.requests), { timeout: 5_000 });
    }
    const p95 = early.moments().map(({ total }) => total.serviceTime.percentileUs(95) / 1000);
    expect(Math.max(...p95)).toBeLessThanOrEqual(report.total.responseTimeMs.max);
  });

  it('is not for tokens of others, or that were taken back', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const foreign = await new SignJWT({ roles: ['admin'], scope: 'openid' })
      .setProtectedHeader({ alg: 'RS256', kid: 'mine' })
      .setIssuer(`${served.url}/oidc`)
      .setAudience('urn:loadstar:api')
      .setSubject('somebody')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    for (const token of [foreign, 'lst_unknown', '']) await expect(connect(token)).rejects.toThrow(/not authorized/i);
  });

  it('is not printed when the scenario says so', async () => {
    const text = smallScenario({ holdFor: '2s', name: 'quiet' }).replace('loadstar: {', 'loadstar: {live: false, ');
    const scenario = await served.createScenario(text);
    const { id } = await served.startRun(scenario.id);
    const parts = await watch(await connect(served.token), id);
    expect((await served.waitFor(id)).phase).toBe('complete');
    expect(parts.moments()).toEqual([]);
  });
});

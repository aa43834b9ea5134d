import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from './fixtures/raw-connection.ts';
import { type SampleServer, startSampleServer } from './fixtures/sample-server.ts';
import type { TestServerOptions } from './fixtures/start-server.ts';

let server: SampleServer;
async function start(options: TestServerOptions = {}): Promise<SampleServer> {
  server = await startSampleServer(options);
  return server;
}
afterEach(() => server.close(0));

const json = { 'content-type': 'application/json' };

describe('every answer', () => {
  it.each([
    ['/api/health', 200],
    ['/api/version', 200],
    ['/api/nothing', 404],
    ['/api/things/broken', 500],
    ['/api/streams/whole', 200],
  ])('of %s is safe in a browser and is not kept', async (path, status) => {
    await start();
    const answer = await server.call(path);
    await answer.text();
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    expect(answer.headers.has('strict-transport-security')).toBe(false);
  });

  it('may be kept when its route says so', async () => {
    await start();
    expect((await server.call('/api/things/cached')).headers.get('cache-control')).toBe('max-age=60');
  });

  it('has no body for HEAD, and the same status and type as for GET', async () => {
    await start();
    for (const [path, status] of [
      ['/api/version', 200],
      ['/api/nothing', 404],
      ['/api/streams/endless', 200],
    ] as const) {
      const connection = await openConnection(server.port);
      const head = `HEAD ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${server.token}\r\n\r\n`;
      connection.send(head);
      const answer = await connection.closed();
      expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
      expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('');
      expect(answer).toMatch(/content-type: (application|text)\//);
    }
    expect(server.events).toEqual([]);
    expect((await server.call('/api/raw-stream', { method: 'HEAD' })).status).toBe(200);
    expect(server.events).toEqual(['cancelled']);
    expect((await fetch(`${server.url}/api/version`, { method: 'HEAD' })).status).toBe(401);
  });
});

describe('the log', () => {
  it('has a line for each request, and no secrets', async () => {
    await start();
    await server.call(`/api/version?secret=query`, { headers: { 'x-secret': 'header', cookie: 'secret' } });
    await fetch(`${server.url}/api/audit`, { headers: { authorization: 'Bearer wrong-secret' } });
    await server.call(`/api/${'long/'.repeat(500)}`);
    expect(server.logged).toMatchObject([
      {
        level: 'info',
        message: 'request',
        method: 'GET',
        path: '/api/version',
        status: 200,
        client: '127.0.0.1',
        actor: 'local',
      },
      { path: '/api/audit', status: 401, actor: null },
      { status: 404, path: expect.stringMatching(/^.{500}$/) },
    ]);
    for (const line of server.logged) {
      expect(line.requestId).toEqual(expect.any(String));
      expect(line.durationMs).toEqual(expect.any(Number));
    }
    expect(JSON.stringify(server.logged)).not.toMatch(/secret|header|query/);
    expect(JSON.stringify(server.logged)).not.toContain(server.token);
  });

  it('has none for probes and polling tasks, unless they fail', async () => {
    await start({ app: { readinessChecks: { store: () => Promise.reject(new Error('secret')) } } });
    await fetch(`${server.url}/api/health`);
    await fetch(`${server.url}/api/run-folders/run-1`);
    expect(server.logged).toEqual([]);
    const ready = await fetch(`${server.url}/api/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', checks: { store: 'failed' } }]);
    expect(server.logged).toMatchObject([{ path: '/api/ready', status: 503 }]);
  });

  it('names the client that a trusted proxy names, and no other', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.9, 10.0.0.1', 'x-forwarded-proto': 'https' };
    await start({ app: { config: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] } } });
    const answer = await server.call('/api/version', { headers: forwarded });
    expect(server.logged).toMatchObject([{ client: '203.0.113.9' }]);
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
    await server.close(0);
    await start();
    const direct = await server.call('/api/version', { headers: forwarded });
    expect(server.logged).toMatchObject([{ client: '127.0.0.1' }]);
    expect(direct.headers.has('strict-transport-security')).toBe(false);
  });
});

describe('many requests at once', () => {
  it('are each answered with their own', async () => {
    await start();
    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        const body = JSON.stringify({ name: `thing ${i} ${'x'.repeat(i * 20)}` });
        const answer = await server.call('/api/things/thing-1', { method: 'POST', headers: json, body });
        return { isOwn: (await answer.text()) === body, id: answer.headers.get('request-id') };
      }),
    );
    expect(answers.every(({ isOwn }) => isOwn)).toBe(true);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(300);
  });
});

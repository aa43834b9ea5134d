import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeTemporaryFolder } from '../adapters/local/fixtures/temporary-folder.ts';
import { openConnection, problemIn } from './fixtures/raw-connection.ts';
import { registerSampleRoutes } from './fixtures/sample-routes.ts';
import { startServer, type TestServer, type TestServerOptions } from './fixtures/start-server.ts';

const tlsFile = (name: string) => fileURLToPath(new URL(`./fixtures/tls/${name}.pem`, import.meta.url));
const tls = { certificateFile: tlsFile('certificate'), keyFile: tlsFile('key') };

let server: TestServer | null = null;
/** What became of requests to the sample routes. */
const events: string[] = [];
async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const moreRoutes: NonNullable<TestServerOptions['app']>['moreRoutes'] = (api) =>
    registerSampleRoutes(api, { log: () => {}, events });
  server = await startServer({ ...options, app: { moreRoutes, ...options.app } });
  return server;
}
afterEach(async () => {
  await server?.close(0);
  server = null;
  events.length = 0;
});

const health = 'GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n';

describe('an address that cannot be had', () => {
  it('is named, with why', async () => {
    const { port } = await start();
    await expect(startServer({ listen: { port } })).rejects.toMatchObject({
      code: 'listen_failed',
      message: `Cannot listen on 127.0.0.1:${port}: something else listens there already (EADDRINUSE).`,
    });
    await expect(startServer({ listen: { host: '192.0.2.1' } })).rejects.toMatchObject({
      code: 'listen_failed',
      message: 'Cannot listen on 192.0.2.1:0: this machine has no such address (EADDRNOTAVAIL).',
    });
    await expect(startServer({ listen: { host: 'no-such-host.invalid' } })).rejects.toMatchObject({
      code: 'listen_failed',
      message: expect.stringContaining('Cannot listen on no-such-host.invalid:0: '),
    });
  });

  it('is free again after the server was closed', async () => {
    const { port } = await start();
    await server?.close(0);
    expect((await start({ listen: { port } })).port).toBe(port);
  });
});

describe('an address that is not loopback', () => {
  it.each<[string, TestServerOptions['listen'], number]>([
    ['loopback', { host: '127.0.0.1' }, 0],
    ['its name', { host: 'localhost' }, 0],
    ['all addresses', { host: '0.0.0.0' }, 1],
    ['all addresses behind a proxy', { host: '0.0.0.0', trustedProxies: ['10.0.0.0/8'] }, 0],
    ['all addresses with TLS', { host: '0.0.0.0', tls }, 0],
  ])('is warned of without TLS: %s', async (_what, listen, warnings) => {
    await start({ listen: { ...listen } });
    expect(server?.warnings).toHaveLength(warnings);
    if (warnings > 0) expect(server?.warnings[0]).toContain('0.0.0.0 is not loopback, and there is no TLS');
  });

  it('has a URL all the same', async () => {
    await start({ listen: { host: '0.0.0.0' } });
    expect(server?.url).toBe(`http://127.0.0.1:${server?.port}`);
    await server?.close(0);
    await start({ listen: { publicUrl: 'https://loadstar.example' } });
    expect(server?.url).toBe('https://loadstar.example');
  });
});

describe('TLS', () => {
  const get = (port: number, options: Record<string, unknown> = {}) =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
      const ca = readFileSync(tls.certificateFile);
      const asked = request(
        { host: 'localhost', port, path: '/api/health', ca, agent: false, ...options },
        (answer) => {
          answer.resume().on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }));
        },
      );
      asked.on('error', reject).end();
    });

  it('is spoken with the certificate of the configuration', async () => {
    const { port, url } = await start({ listen: { tls } });
    expect(url).toBe(`https://127.0.0.1:${port}`);
    const answer = await get(port);
    expect(answer.status).toBe(200);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('is spoken in no old version, and plain HTTP is not answered', async () => {
    const { port } = await start({ listen: { tls } });
    await expect(get(port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
    const plain = await openConnection(port);
    plain.send(health);
    expect(await plain.closed()).not.toContain('HTTP');
    expect((await get(port)).status).toBe(200);
  });

  it('whose handshake does not come is given up', async () => {
    const { port } = await start({ listen: { tls }, connectionLimits: { handshakeMs: 100 } });
    const silent = await openConnection(port);
    expect(await silent.closed()).toBe('');
    expect((await get(port)).status).toBe(200);
  });

  it('is refused with files that are missing or do not fit, each named', async () => {
    const folder = await makeTemporaryFolder();
    const broken = join(folder.path, 'broken.pem');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n');
    const wrong = [
      [
        { ...tls, certificateFile: '/nowhere/c.pem' },
        'tls.certificateFile: /nowhere/c.pem cannot be read: there is no such file',
      ],
      [{ ...tls, keyFile: folder.path }, `tls.keyFile: ${folder.path} cannot be read: it is a folder`],
      [{ ...tls, certificateFile: broken }, `tls.certificateFile: ${broken} holds no certificate in PEM`],
      [{ ...tls, certificateFile: tls.keyFile }, 'holds no certificate in PEM'],
      [
        { ...tls, keyFile: tlsFile('other-key') },
        `tls.keyFile: ${tlsFile('other-key')} holds no private key of the certificate`,
      ],
      [{ ...tls, keyFile: broken }, 'holds no private key'],
    ] as const;
    for (const [files, message] of wrong) {
      const refused = startServer({ listen: { tls: files } });
      await expect(refused).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(message),
      });
    }
    await folder.remove();
  });
});

describe('what is not HTTP as it should be', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', 400],
    ['bytes', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['a length that is no number', 'POST /api/texts HTTP/1.1\r\nHost: a\r\nContent-Length: 5x\r\n\r\n', 400],
    ['a negative length', 'POST /api/texts HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400],
    ['two lengths', 'POST /api/texts HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length beside chunks',
      'POST /api/texts HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a chunk of no size', 'POST /api/texts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 400],
    ['a header with a NUL', 'GET /api/health HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400],
    ['a header folded by a bare CR', 'GET /api/health HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n', 400],
    ['too many headers', `GET /api/health HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(20_000)}\r\n`, 431],
    ['a header that is too long', `GET /api/health HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['a URL that is too long', `GET /api/${'y'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ])('is answered with a problem: %s', async (_what, bytes, status) => {
    const { port } = await start();
    const connection = await openConnection(port);
    connection.send(bytes);
    const answer = await connection.closed();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(problemIn(answer)).toMatchObject({
      status,
      code: status === 431 ? 'request_head_too_large' : 'request_invalid',
    });
    expect(answer).toMatch(/connection: close/i);
    expect((await fetch(`${server?.url}/api/health`)).status).toBe(200);
  });

  it('is answered although more of it is on its way', async () => {
    const { port } = await start();
    for (let i = 0; i < 5; i++) {
      const connection = await openConnection(port);
      connection.send(`nonsense ${'x'.repeat(8_000_000)}`);
      expect(await connection.closed()).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it.each([
    ['no Host', 'GET /api/health HTTP/1.1\r\n\r\n'],
    ['a Host that is none', 'GET /api/health HTTP/1.1\r\nHost: a b/c\r\n\r\n'],
    ['a Host with a password', 'GET /api/health HTTP/1.1\r\nHost: u:p@a\r\n\r\n'],
    ['a target that is none', 'GET api/health HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a target with a backslash', 'GET /api\\health HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a target that is a port', 'GET http://a:99999/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('is refused: %s', async (_what, bytes) => {
    const { port } = await start();
    const connection = await openConnection(port);
    connection.send(bytes);
    expect(await connection.received(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 400 /);
    connection.socket.destroy();
    expect(JSON.stringify(server?.logged)).not.toContain('error');
  });

  it('does no harm as a CONNECT, an upgrade or an expectation', async () => {
    const { port } = await start();
    for (const bytes of [
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n',
      'GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: miracles\r\n\r\n',
      'TRACE /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ]) {
      const connection = await openConnection(port);
      connection.send(bytes);
      await connection.closed();
    }
    expect((await fetch(`${server?.url}/api/health`)).status).toBe(200);
  });

  it('may be HTTP/1.0 without a Host', async () => {
    const { port } = await start();
    const connection = await openConnection(port);
    connection.send('GET /api/health HTTP/1.0\r\n\r\n');
    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"status":"ok"\}$/);
  });
});

describe('a slow client', () => {
  const slowHead = { headMs: 150, requestMs: 60_000, idleMs: 10_000, checkEveryMs: 20 };
  const slowBody = { headMs: 150, requestMs: 300, idleMs: 10_000, checkEveryMs: 20 };

  it('whose head does not end is given up', async () => {
    const { port } = await start({ connectionLimits: slowHead });
    const connection = await openConnection(port);
    connection.send('GET /api/health HTTP/1.1\r\nHost: a\r\nX-');
    const answer = await connection.closed();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(problemIn(answer)).toMatchObject({ status: 408, code: 'request_timeout' });
  });

  it('whose body does not come is given up', async () => {
    const { port, token } = await start({ connectionLimits: slowBody });
    const connection = await openConnection(port);
    const head = `POST /api/things/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}`;
    connection.send(`${head}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"`);
    const answer = await connection.closed();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(problemIn(answer)).toMatchObject({ status: 408, code: 'request_timeout' });
  });

  it('that drips on and on is given up too', async () => {
    const { port } = await start({ connectionLimits: slowHead });
    const connection = await openConnection(port);
    connection.send('GET /api/health HTTP/1.1\r\nHost: a\r\n');
    const drip = setInterval(() => connection.send('X: y\r\n'), 10);
    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });

  it('that sends nothing is given up', async () => {
    const { port } = await start({ connectionLimits: slowHead });
    const connection = await openConnection(port);
    await connection.closed();
  });

  it('holds up nobody else, however many there are', async () => {
    const { port, url } = await start();
    const slow = await Promise.all(Array.from({ length: 200 }, () => openConnection(port)));
    for (const connection of slow) connection.send('GET /api/health HTTP/1.1\r\nHost: a\r\nX-');
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/api/health`)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    for (const connection of slow) connection.socket.destroy();
  });
});

describe('connections', () => {
  it('are refused above their number, which is logged once', async () => {
    const { port, logged } = await start({ connectionLimits: { connectionsMax: 2 } });
    const first = [await openConnection(port), await openConnection(port)];
    for (const connection of first) {
      connection.send(health);
      await connection.received('ok');
    }
    for (let i = 0; i < 3; i++) expect(await (await openConnection(port)).closed()).toBe('');
    expect(logged).toEqual([
      { level: 'warn', message: 'connections are refused: there are too many', connectionsMax: 2 },
    ]);
    first[0]?.socket.destroy();
    await vi.waitFor(async () => {
      const next = await openConnection(port);
      next.send(health);
      await next.received('ok');
    }, 20_000);
  });

  it('are kept, and carry requests one after the other', async () => {
    const { port } = await start();
    const connection = await openConnection(port);
    const missing = 'GET /api/audit HTTP/1.1\r\nHost: a\r\n\r\n';
    connection.send(health + missing + health.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    const answers = await connection.closed();
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200']);
  });

  it('that break in the middle do no harm', async () => {
    const { port, url, token, logged } = await start();
    const head = `POST /api/things/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    for (const bytes of [
      `${head}Content-Length: 100\r\n\r\n{`,
      `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"n`,
      head,
    ]) {
      const connection = await openConnection(port);
      connection.send(bytes);
      await new Promise((resolve) => setTimeout(resolve, 20));
      connection.socket.resetAndDestroy();
    }
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('closing', () => {
  it('lets what is under way come to its end, and takes nothing new', async () => {
    const { port, url, call } = await start();
    const idle = await openConnection(port);
    idle.send(health);
    await idle.received('ok');
    const slow = call('/api/things/slow');
    await vi.waitFor(() => expect(events).toEqual(['begun']), 20_000);
    const closed = server?.close(10_000);
    await idle.closed();
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
    const answer = await slow;
    expect(await answer.json()).toEqual({ done: true });
    expect(answer.headers.get('connection')).toBe('close');
    await closed;
  });

  it('closes a connection that is kept, once its answer is complete', async () => {
    const { port, token } = await start();
    const connection = await openConnection(port);
    connection.send(`GET /api/streams/slow HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await connection.received('first');
    const graceMs = 50_000;
    const startedAtMs = performance.now();
    await server?.close(graceMs);
    expect(performance.now() - startedAtMs).toBeLessThan(graceMs / 2);
    expect(await connection.closed()).toContain('last');
  });

  it('breaks off what does not end in time', async () => {
    const { call } = await start();
    const never = call('/api/things/never').catch((error: Error) => error);
    const endless = call('/api/streams/endless')
      .then((answer) => answer.text())
      .catch((error: Error) => error);
    await vi.waitFor(() => expect(events).toEqual(['begun', 'begun']), 20_000);
    await server?.close(50);
    expect(await never).toBeInstanceOf(Error);
    expect(await endless).toBeInstanceOf(Error);
  });

  it('may be asked for twice', async () => {
    await start();
    await Promise.all([server?.close(0), server?.close(0)]);
    await server?.close(0);
  });

  it('frees the port', async () => {
    const { port } = await start();
    await server?.close(0);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    other.close();
  });
});

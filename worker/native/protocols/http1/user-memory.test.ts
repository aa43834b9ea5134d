import { afterEach, describe, expect, it } from 'vitest';
import type { HttpSettings } from '../../../../core/scenario/scenario.ts';
import { response, type ScriptedServer, type ServedRequest, scriptedServer } from '../../testing/scripted-server.ts';
import { testClient } from '../../testing/test-client.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: (request: ServedRequest) => string): Promise<ScriptedServer> {
  const server = await scriptedServer(answer);
  servers.push(server);
  return server;
}

const setCookie = (...cookies: string[]): string => cookies.map((cookie) => `Set-Cookie: ${cookie}\r\n`).join('');
const given: HttpSettings['cookies'] = [
  { name: 'given', value: 'v', domain: '127.0.0.1', path: '/', secure: false },
  { name: 'secure', value: 'v', domain: '127.0.0.1', path: '/', secure: true },
  { name: 'other', value: 'v', domain: 'other.test', path: '/', secure: false },
];

describe("a user's cookies", () => {
  it('go with all later requests, those that a redirect leads to included', async () => {
    const server = await serve(({ path }) =>
      path === '/'
        ? response('', { code: 302, headers: `Location: /b\r\n${setCookie('a=1; Path=/', 'b=2; Path=/x')}` })
        : response('there', { headers: path === '/b' ? setCookie('c=3; Path=/') : '' }),
    );
    const { send } = testClient();
    await send(server.url);
    await send(`${server.url}/x?q=/`);
    expect(server.requests.map(({ path, headers }) => [path, headers.cookie])).toEqual([
      ['/', undefined],
      ['/b', 'a=1'],
      ['/x?q=/', 'b=2; a=1; c=3'],
    ]);
  });

  it('replace those of the scenario, where there are any', async () => {
    const server = await serve(({ number }) => response('', { headers: number === 0 ? setCookie('a=1') : '' }));
    const { send } = testClient();
    const changes = {
      method: 'POST' as const,
      body: 'x',
      headers: [
        ['A', '1'],
        ['cookie', 'own=1'],
        ['B', '2'],
      ] as const,
    };
    await send(server.url, changes);
    const { bytesSent } = await send(server.url, changes);
    const [first, second] = server.requests;
    expect([first?.headers.cookie, second?.headers.cookie]).toEqual(['own=1', 'a=1']);
    expect(second?.text.match(/cookie:/gi)).toHaveLength(1);
    expect(second).toMatchObject({ headers: { a: '1', b: '2' }, body: 'x' });
    expect(bytesSent).toBe(second?.text.length);
  });

  it('begin with those that the scenario gives, and again when they are cleared', async () => {
    const server = await serve(() => response('', { headers: setCookie('a=1', 'given=2; Path=/; Domain=127.0.0.1') }));
    for (const clears of [[], ['cookies' as const]]) {
      const { client, send } = testClient({ cookies: given, clears });
      await send(server.url);
      client.iterationBegan();
      await send(server.url);
    }
    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([
      'given=v',
      'a=1; given=2',
      'given=v',
      'given=v',
    ]);
  });

  it('are not kept when the scenario says so', async () => {
    const server = await serve(() => response('', { headers: setCookie('a=1') }));
    const { send } = testClient({ storeCookies: false });
    await send(server.url);
    await send(server.url);
    expect(server.requests[1]?.headers.cookie).toBeUndefined();
  });

  it('of a response that comes byte by byte', async () => {
    const text = response('ok', { headers: `X-Set-Cookie: no=1\r\n${setCookie('a=1', 'b=2')}` });
    const server = await scriptedServer((_, socket) => {
      let sent = 0;
      const timer = setInterval(() => {
        if (sent < text.length && !socket.destroyed) socket.write(text[sent++] ?? '');
        else clearInterval(timer);
      }, 0);
      return null;
    });
    servers.push(server);
    const { send } = testClient();
    await send(server.url);
    await send(server.url);
    expect(server.requests[1]?.headers.cookie).toBe('a=1; b=2');
  });
});

describe("a user's copies of responses", () => {
  it('save a request while they are fresh', async () => {
    const server = await serve(() => response('', { headers: 'Cache-Control: max-age=100\r\n' }));
    const { client, send } = testClient({ clears: ['cache'] });
    expect(await send(server.url)).toMatchObject({ isFromCache: false, code: 200 });
    expect(await send(server.url)).toMatchObject({ isFromCache: true, failure: null, bytesSent: 0, bytesReceived: 0 });
    expect(await send(`${server.url}/?other`)).toMatchObject({ isFromCache: false });
    client.iterationBegan();
    expect(await send(server.url)).toMatchObject({ isFromCache: false });
    expect(server.requests).toHaveLength(3);
  });

  it('are asked about when they are not', async () => {
    const server = await serve(({ number }) =>
      number === 0
        ? response('tea', { headers: 'Cache-Control: no-cache\r\nETag: "e"\r\n' })
        : 'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n',
    );
    const { send } = testClient();
    await send(server.url);
    const { code, bytesSent } = await send(server.url);
    expect(code).toBe(304);
    expect(server.requests[1]?.headers['if-none-match']).toBe('"e"');
    expect(bytesSent).toBe(server.requests[1]?.text.length);
  });

  it('that a redirect leads to end it with what it was', async () => {
    const server = await serve(({ path }) =>
      path === '/from'
        ? response('', { code: 302, headers: 'Location: /fresh\r\n' })
        : response('', { headers: 'Cache-Control: max-age=100\r\n' }),
    );
    const { send } = testClient();
    await send(`${server.url}/fresh`);
    expect(await send(`${server.url}/from`)).toMatchObject({ isFromCache: false, failure: null, code: 302 });
    expect(server.requests).toHaveLength(2);
  });

  it('are not kept when the scenario says so', async () => {
    const server = await serve(() => response('', { headers: 'Cache-Control: max-age=100\r\n' }));
    const { send } = testClient({ storeCache: false });
    await send(server.url);
    expect(await send(server.url)).toMatchObject({ isFromCache: false });
  });

  it('end nothing once the user is gone', async () => {
    const server = await serve(() => response('', { headers: 'Cache-Control: max-age=100\r\n' }));
    const { client, send } = testClient();
    await send(server.url);
    const ended = send(server.url);
    client.close();
    const late = await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('nothing'), 50))]);
    expect(late).toBe('nothing');
  });
});

describe("a user's name and password", () => {
  const authorizations = (url: string): HttpSettings['authorizations'] => [
    { mechanism: 'basic', url: `${url}/b`, realm: '', name: 'bu', password: 'bp:é' },
    { mechanism: 'digest', url: `${url}/d`, realm: 'r', name: 'du', password: 'dp' },
    { mechanism: 'digest', url: `${url}/b/deeper`, realm: '', name: 'x', password: 'x' },
  ];

  it('go with every request below the url, as Basic', async () => {
    const server = await serve(() => response('ok'));
    const { send } = testClient({ authorizations: authorizations(server.url) });
    for (const path of ['/b', '/bsuffix', '/b/deeper', '/a']) await send(server.url + path);
    await send(`${server.url}/b`, { headers: [['authorization', 'Bearer t']] });
    const basic = `Basic ${Buffer.from('bu:bp:?').toString('base64')}`;
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      basic,
      basic,
      basic,
      undefined,
      'Bearer t',
    ]);
  });

  it('answer a Digest challenge within the same sample', async () => {
    const server = await serve(({ headers }) =>
      headers.authorization?.startsWith('Digest')
        ? response('ok')
        : response('denied', { code: 401, headers: 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n' }),
    );
    const { send } = testClient({ authorizations: authorizations(server.url) });
    const { code, failure, bytesSent } = await send(`${server.url}/d?a=b`, { method: 'POST', body: 'tea' });
    expect({ code, failure }).toEqual({ code: 200, failure: null });
    expect(server.requests.map(({ headers, body }) => [headers.authorization?.slice(0, 22), body])).toEqual([
      ['Basic ZHU6ZHA=', 'tea'],
      ['Digest username="du", ', 'tea'],
    ]);
    expect(server.requests[1]?.headers.authorization).toContain('uri="/d?a=b"');
    expect(bytesSent).toBe(server.requests.reduce((sum, { text }) => sum + text.length, 0));
  });

  it('that were sent to an origin for any realm come before those of one realm, as in JMeter', async () => {
    const server = await serve(({ path, headers }) =>
      path === '/b' || headers.authorization?.startsWith('Digest')
        ? response('ok')
        : response('denied', {
            code: 401,
            headers: `WWW-Authenticate: Digest realm="${path === '/d' ? 'r' : 'else'}", nonce="n"\r\n`,
          }),
    );
    const { send } = testClient({ authorizations: authorizations(server.url) });
    for (const path of ['/b', '/d', '/d/else']) await send(server.url + path);
    const names = server.requests.map(({ headers: { authorization = '' } }) =>
      authorization.startsWith('Basic')
        ? Buffer.from(authorization.slice(6), 'base64').toString()
        : /username="(.*?)"/.exec(authorization)?.[1],
    );
    expect(names).toEqual(['bu:bp:?', 'bu:bp:?', 'du', 'bu:bp:?', 'bu']);
  });

  it.each([
    ['again and again', 'WWW-Authenticate: Digest realm="r", nonce="n"\r\n', '/d', 2],
    ['of another realm', 'WWW-Authenticate: Digest realm="else", nonce="n"\r\n', '/d', 1],
    [
      'beside Basic, which was tried',
      'WWW-Authenticate: Digest realm="r", nonce="n"\r\nWWW-Authenticate: Basic\r\n',
      '/d',
      1,
    ],
    ['of nobody', 'WWW-Authenticate: Digest realm="r", nonce="n"\r\n', '/a', 1],
    ['without a challenge', '', '/d', 1],
  ])('a 401 %s stands', async (_, headers, path, requests) => {
    const server = await serve(() => response('denied', { code: 401, headers }));
    const { send } = testClient({ authorizations: authorizations(server.url) });
    expect(await send(server.url + path)).toMatchObject({ code: 401, failure: null });
    expect(server.requests).toHaveLength(requests);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { HttpSettings } from '../../../../../core/scenario/scenario.ts';
import { response, type ScriptedServer, type ServedRequest, scriptedServer } from '../../../testing/scripted-server.ts';
import { testClient } from '../../../testing/test-client.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Answer = Parameters<typeof scriptedServer>[0];

async function serve(answer: Answer): Promise<ScriptedServer> {
  const server = await scriptedServer(answer);
  servers.push(server);
  return server;
}

const page = (html: string, headers = '', code = 200): string =>
  response(html, { code, headers: `Content-Type: text/html; charset=utf-8\r\n${headers}` });
const images = (count: number): string => Array.from({ length: count }, (_, i) => `<img src="/${i}.png">`).join('');
const resources = (changes: Partial<NonNullable<HttpSettings['resources']>> = {}): Partial<HttpSettings> => ({
  resources: { pattern: null, poolSize: 4, ...changes },
});

/** A server with these pages; all else is a small picture. */
const site =
  (pages: Record<string, string>): Answer =>
  ({ path }) =>
    pages[path] ?? response('pic');

const pathsOf = (requests: readonly ServedRequest[]): string[] => requests.map(({ path }) => path);

const cookiesOf = (requests: readonly ServedRequest[]): string[] =>
  requests.map(({ path, headers }) => `${path} ${headers.cookie ?? 'none'}`);

describe('what a page embeds', () => {
  it('is requested within its sample', async () => {
    const answers = {
      '/': page(`${images(6)}<link rel=stylesheet href="/a.css">`),
      '/a.css': response('@import "b.css"', { headers: 'Content-Type: text/css\r\n' }),
    };
    const server = await serve(site(answers));
    const { send } = testClient(resources());
    const { code, failure, bytesSent, bytesReceived, sentAtMs, endedAtMs, firstByteAtMs, url } = await send(
      `${server.url}/`,
      {
        headers: [['X-A', 'b']],
      },
    );
    expect({ code, failure, url }).toEqual({ code: 200, failure: null, url: `${server.url}/` });
    expect(pathsOf(server.requests).sort()).toEqual([
      '/',
      '/0.png',
      '/1.png',
      '/2.png',
      '/3.png',
      '/4.png',
      '/5.png',
      '/a.css',
      '/b.css',
    ]);
    expect(server.requests.every(({ headers }) => headers['x-a'] === 'b')).toBe(true);
    expect(bytesSent).toBe(server.requests.reduce((sum, { text }) => sum + text.length, 0));
    const sizes = [answers['/'], answers['/a.css'], ...Array.from({ length: 7 }, () => response('pic'))];
    expect(bytesReceived).toBe(sizes.reduce((sum, { length }) => sum + length, 0));
    expect(endedAtMs).toBeGreaterThan(firstByteAtMs);
    expect(firstByteAtMs).toBeGreaterThan(sentAtMs);
  });

  it('is requested over no more connections than the pool has', async () => {
    let open = 0;
    let most = 0;
    const server = await serve(async ({ path }) => {
      if (path === '/') return page(images(12));
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 10));
      open--;
      return response('pic');
    });
    const { send } = testClient(resources({ poolSize: 3 }));
    await send(`${server.url}/`);
    expect([most, server.connections, server.requests.length]).toEqual([3, 3, 13]);
    await send(`${server.url}/`);
    expect(server.connections).toBe(3);
  });

  it.each<[string, Partial<HttpSettings>, string]>([
    ['not wanted', { resources: null }, page(images(1))],
    ['no page', resources(), response('<img src="/0.png">', { headers: 'Content-Type: text/plain\r\n' })],
    ['of no type', resources(), response('<img src="/0.png">')],
    ['an error', resources(), page(images(1), '', 404)],
    ['excluded by the pattern', resources({ pattern: '.*[.]jpg' }), page(images(1))],
    ['not there', resources(), page('hello')],
  ])('is not requested when it is %s', async (_, settings, text) => {
    const server = await serve(() => text);
    const { send } = testClient(settings);
    await send(`${server.url}/`);
    expect(server.requests).toHaveLength(1);
  });

  it.each(['application/xhtml+xml', 'TEXT/HTML ;charset=utf-8', 'text/xml', 'application/xml', 'text/vnd.wap.wml'])(
    'is requested of a page of type %s',
    async (type) => {
      const server = await serve(({ path }) =>
        path === '/' ? response(images(1), { headers: `content-TYPE: ${type}\r\n` }) : response('pic'),
      );
      await testClient(resources()).send(`${server.url}/`);
      expect(pathsOf(server.requests)).toEqual(['/', '/0.png']);
    },
  );

  it('fails the sample when it fails, whose code stays', async () => {
    const server = await serve(site({ '/': page(images(2)), '/1.png': response('', { code: 404 }) }));
    const { code, failure } = await testClient(resources()).send(`${server.url}/`);
    expect(code).toBe(200);
    expect(failure).toMatchObject({ type: 'resource', message: 'an embedded resource failed: 404 Not Found' });
  });

  it('fails the sample when its connection breaks', async () => {
    const server = await serve(({ path }, socket) => {
      if (path === '/') return page(images(1));
      socket.destroy();
      return null;
    });
    const { failure } = await testClient(resources()).send(`${server.url}/`);
    expect(failure?.type).toBe('resource');
  });

  it('may be redirected, and may be frames with resources of their own', async () => {
    const server = await serve(
      site({
        '/': page('<iframe src="/frame"></iframe><img src="/moved">'),
        '/frame': page('<img src="in-frame.png"><iframe src="/frame"></iframe>', 'Cache-Control: max-age=9\r\n'),
        '/moved': response('', { code: 302, headers: 'Location: /to.png\r\n' }),
      }),
    );
    await testClient(resources()).send(`${server.url}/`);
    expect(pathsOf(server.requests).sort()).toEqual(['/', '/frame', '/in-frame.png', '/moved', '/to.png']);
  });

  it('ends where frames hold frames without end', async () => {
    const server = await serve(() => page('<iframe src="/"></iframe>'));
    const { failure } = await testClient(resources()).send(`${server.url}/`);
    expect([failure, server.requests.length]).toEqual([null, 7]);
  });

  it('ends where it multiplies', async () => {
    let number = 0;
    const server = await serve(() =>
      page(Array.from({ length: 100 }, () => `<iframe src="/${number++}"></iframe>`).join('')),
    );
    const { failure } = await testClient(resources({ poolSize: 8 })).send(`${server.url}/`);
    expect(failure?.message).toBe('the page embeds more than the 1000 resources that are requested');
    expect(server.requests).toHaveLength(1_001);
  });

  it('shares the cookies of the page, and sets them when all are there', async () => {
    const server = await serve(
      site({
        '/': page('<img src="/a"><img src="/b">', 'Set-Cookie: page=1\r\n'),
        '/a': response('', { headers: 'Set-Cookie: a=1\r\n' }),
      }),
    );
    const { send } = testClient(resources({ poolSize: 2 }));
    await send(`${server.url}/`);
    await send(`${server.url}/after`);
    expect(cookiesOf(server.requests).sort()).toEqual(['/ none', '/a page=1', '/after a=1; page=1', '/b page=1']);
  });

  it('has the cookies of the frame that it stands in', async () => {
    const server = await serve(
      site({
        '/': page('<iframe src="/f"></iframe><img src="/b">', 'Set-Cookie: page=1\r\n'),
        '/f': page('<img src="/in">', 'Set-Cookie: frame=1\r\n'),
        '/in': response('', { headers: 'Set-Cookie: in=1\r\n' }),
      }),
    );
    const { send } = testClient(resources({ poolSize: 2 }));
    await send(`${server.url}/`);
    await send(`${server.url}/after`);
    const [after, ...before] = cookiesOf(server.requests).reverse();
    expect(before.sort()).toEqual(['/ none', '/b page=1', '/f page=1', '/in page=1; frame=1']);
    expect(after?.slice('/after '.length).split('; ').sort()).toEqual(['frame=1', 'in=1', 'page=1']);
  });

  it('comes one after the other over a single lane, what a frame embeds behind it, and sees what came before', async () => {
    const server = await serve(
      site({
        '/': page('<img src="/a"><iframe src="/f"></iframe><img src="/b">', 'Set-Cookie: page=1\r\n'),
        '/a': response('', { headers: 'Set-Cookie: a=1\r\n' }),
        '/f': page('<img src="/in">', 'Set-Cookie: page=2\r\n'),
      }),
    );
    const { send } = testClient(resources({ poolSize: 1 }));
    await send(`${server.url}/`);
    await send(`${server.url}/after`);
    expect(cookiesOf(server.requests)).toEqual([
      '/ none',
      '/a page=1',
      '/f page=1; a=1',
      '/in a=1; page=2',
      '/b a=1; page=2',
      '/after a=1; page=2',
    ]);
  });

  it('is not requested while a copy is fresh', async () => {
    const server = await serve(({ path }) =>
      path === '/' ? page(images(3)) : response('pic', { headers: 'ETag: "e"\r\n' }),
    );
    const { send } = testClient(resources());
    await send(`${server.url}/`);
    expect(await send(`${server.url}/`)).toMatchObject({ isFromCache: false, failure: null, code: 200 });
    expect(server.requests).toHaveLength(5);
  });

  it('is there to look into, where the request needs it; so is the page', async () => {
    const server = await serve(
      site({ '/': page('<img src="/0.png"><img src="/1.png">é'), '/1.png': response('one', { code: 201 }) }),
    );
    const needs = { needsBody: true, needsHead: true, needsChildren: true };
    const seen: unknown[] = [];
    const client = testClient(resources({ poolSize: 1 }), (exchange) => {
      const text = exchange.bodyText();
      seen.push([exchange.code, exchange.url, text.at(-1), exchange.headText().includes('Content-Type: text/html')]);
      expect(exchange.responseStart()).toContain(text);
      for (const child of exchange.children) {
        seen.push([child.code, child.url, child.bodyText(), child.headText().startsWith('HTTP/1.1 20')]);
      }
    });
    await client.send(`${server.url}/`, needs);
    expect(seen).toEqual([
      [200, `${server.url}/`, 'é', true],
      [200, `${server.url}/0.png`, 'pic', true],
      [201, `${server.url}/1.png`, 'one', true],
    ]);
  });

  it('takes a text of the page along, as JMeter does, but no form', async () => {
    const server = await serve(({ method }) => (method === 'POST' ? page(images(1)) : response('pic')));
    const { send } = testClient(resources());
    await send(server.url, { method: 'POST', body: 'tea', contentType: 'text/plain; charset=UTF-8' });
    await send(server.url, { method: 'POST', body: 'a=b', contentType: 'application/x-www-form-urlencoded' });
    expect(server.requests.map(({ method, body, headers }) => [method, body, headers['content-type']])).toEqual([
      ['POST', 'tea', 'text/plain; charset=UTF-8'],
      ['GET', 'tea', 'text/plain; charset=UTF-8'],
      ['POST', 'a=b', 'application/x-www-form-urlencoded'],
      ['GET', '', undefined],
    ]);
  });

  it('at many places does not keep a connection to each of them', async () => {
    const others = await Promise.all(Array.from({ length: 50 }, () => serve(() => response('pic'))));
    const server = await serve(() => page(others.map(({ url }) => `<img src="${url}/x">`).join('')));
    const { client, send } = testClient(resources());
    const open = (): number => [server, ...others].reduce((sum, { open: { size } }) => sum + size, 0);
    expect(await send(server.url)).toMatchObject({ failure: null, code: 200 });
    expect(others.map(({ requests }) => requests.length)).toEqual(others.map(() => 1));
    await expect.poll(open).toBe(32);
    client.close();
    await expect.poll(open).toBe(0);
  });

  it('times out with the page', async () => {
    const server = await serve(({ path }) => (path === '/' ? page(images(9)) : null));
    const { client, send } = testClient(resources());
    const ended = send(`${server.url}/`);
    await expect.poll(() => server.requests.length).toBe(5);
    client.timeOut(performance.now());
    expect(await ended).toMatchObject({ code: 200, failure: { type: 'timeout' } });
    await expect.poll(() => server.open.size).toBe(0);
  });

  it('is dropped with the user, without a word', async () => {
    const server = await serve(({ path }) => (path === '/' ? page(images(9)) : null));
    const { client, send } = testClient(resources());
    const ended = send(`${server.url}/`);
    await expect.poll(() => server.requests.length).toBe(5);
    client.close();
    await expect.poll(() => server.open.size).toBe(0);
    client.timeOut(performance.now());
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('nothing'), 30))])).toBe(
      'nothing',
    );
  });
});

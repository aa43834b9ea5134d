/** Where connections go: redirects, TLS, addresses that do not answer, names that are none, IPv6. */
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { freePort } from '../../tools/free-port.ts';
import { closed, errorsOf, open, runNative, type StepChanges } from './testing/run-native.ts';
import { response } from './testing/scripted-server.ts';
import { serve } from './testing/serve-scripted.ts';

const redirect = (location: string, code = 302): string =>
  response('moved', { code, headers: `Location: ${location}\r\n` });

const hasIpv6 = await new Promise<boolean>((resolve) => {
  const server = net.createServer();
  server.once('error', () => resolve(false));
  server.listen(0, '::1', () => server.close(() => resolve(true)));
});

describe('redirects', () => {
  it('are one sample, with the bytes of all and the code of the last', async () => {
    const server = await serve(({ path }) => {
      if (path === '/a') return redirect('/b?x=1#part');
      return path === '/b?x=1' ? redirect('../c', 301) : response('there', { code: 201 });
    });
    const { total } = await runNative({ steps: [{ url: `${server.url}/a` }] });
    expect(server.requests.map(({ path }) => path)).toEqual(['/a', '/b?x=1', '/c']);
    expect(total).toMatchObject({ requests: 1, failures: 0, plannedStarts: 1 });
    expect(Object.fromEntries(total.codes)).toEqual({ 201: 1 });
    expect(total.bytesSent).toBe(server.requests.reduce((sum, { text }) => sum + text.length, 0));
    expect(total.bytesReceived).toBe(
      [redirect('/b?x=1#part'), redirect('../c', 301), response('there', { code: 201 })].join('').length,
    );
    expect(server.connections).toBe(1);
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'PUT', 'GET'],
    [303, 'DELETE', 'GET'],
    [302, 'HEAD', 'HEAD'],
    [307, 'GET', 'GET'],
    [308, 'PATCH', 'GET'],
  ] as const)('%i: %s becomes %s', async (code, method, expected) => {
    const server = await serve(({ path, method: asked }) => {
      if (path === '/from') return `HTTP/1.1 ${code} Moved\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n`;
      return asked === 'HEAD' ? 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n' : response('there');
    });
    const body = method === 'HEAD' || method === 'GET' ? null : { kind: 'text' as const, text: 'order' };
    const { total } = await runNative({
      steps: [
        {
          url: `${server.url}/from`,
          method,
          body,
          headers: [
            ['Content-Type', 'text/x-order'],
            ['X-A', 'b'],
          ],
        },
      ],
    });
    expect(total).toMatchObject({ requests: 1, failures: 0 });
    const [, second] = server.requests;
    expect(second).toMatchObject({ method: expected, path: '/to', body: '' });
    expect(second?.headers['content-type']).toBe('text/x-order');
    expect(second?.headers['x-a']).toBe('b');
  });

  it('307 is none for a request with a body, which would be sent again', async () => {
    const server = await serve(() => 'HTTP/1.1 307 Moved\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n');
    const { total } = await runNative({
      steps: [{ url: server.url, method: 'POST', body: { kind: 'text', text: 'order' } }],
    });
    expect(total).toMatchObject({ requests: 1, failures: 0 });
    expect(Object.fromEntries(total.codes)).toEqual({ 307: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('without a Location fail', async () => {
    const server = await serve(() => 'HTTP/1.1 302 Moved\r\nContent-Length: 0\r\n\r\n');
    const { total } = await runNative({ steps: [{ url: server.url }] });
    expect(errorsOf(total)).toEqual({ 'redirect: a redirect without a Location': 1 });
  });

  it('end at the limit', async () => {
    const server = await serve(({ number }) => redirect(`/${number}`));
    const { total } = await runNative({ steps: [{ url: server.url }] });
    expect(errorsOf(total)).toEqual({ 'redirect: more redirects than are followed': 1 });
    expect(server.requests.length).toBe(limits.redirectsMax + 1);
  });

  it('are not followed when the scenario says so', async () => {
    const server = await serve(() => redirect('/b'));
    const { total } = await runNative({ steps: [{ url: server.url, followRedirects: false }] });
    expect(total).toMatchObject({ requests: 1, failures: 0 });
    expect(Object.fromEntries(total.codes)).toEqual({ 302: 1 });
  });

  it.each(['ftp://example.com/', 'http://', 'http://[::1'])('to %s fail', async (location) => {
    const server = await serve(() => redirect(location));
    const { total } = await runNative({ steps: [{ url: server.url }] });
    expect(errorsOf(total)).toEqual({ 'redirect: the Location of a redirect is not an http or https address': 1 });
  });

  it('leave credentials behind at another host, and keep them at the same', async () => {
    const other = await serve(() => response('other'));
    const server = await serve(({ path }) =>
      path === '/' ? redirect('/again') : redirect(`http://localhost:${other.port}/x`),
    );
    const headers: [string, string][] = [
      ['Authorization', 'Bearer secret'],
      ['Cookie', 'a=b'],
      ['Host', 'shop.test'],
      ['X-A', 'b'],
    ];
    const { total } = await runNative({
      steps: [{ url: `${server.url}/`, headers }],
      loads: [closed({ iterations: 2 })],
    });
    expect(total).toMatchObject({ requests: 2, failures: 0 });
    expect(server.requests[1]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      cookie: 'a=b',
      host: `shop.test:${server.port}`,
    });
    expect(other.requests[0]?.headers).toEqual({
      host: `localhost:${other.port}`,
      'x-a': 'b',
      'user-agent': expect.stringMatching(/^loadstar\//),
      connection: 'keep-alive',
    });
    expect([server.connections, other.connections]).toEqual([1, 1]);
  });
});

describe('servers that cannot be reached', () => {
  it('refused: counted, and the users go on', async () => {
    const port = await freePort();
    const { total } = await runNative({
      steps: [{ url: `http://127.0.0.1:${port}/` }],
      loads: [closed({ concurrency: 3, iterations: 5 })],
    });
    expect(total).toMatchObject({ requests: 15, failures: 15, bytesSent: 0, bytesReceived: 0 });
    expect(errorsOf(total)).toEqual({ 'connect-refused: the connection was refused': 15 });
    expect(total.codes.size).toBe(0);
    expect(total.timeToFirstByte.count).toBe(0);
    expect([...total.errors.values()][0]?.example).toBe(`GET http://127.0.0.1:${port}/`);
  });

  it('no such name: said before the start, counted after it', async () => {
    const { total, warnings } = await runNative({
      steps: [{ url: 'http://no-such-host.invalid/' }],
      loads: [closed({ concurrency: 2, iterations: 3 })],
    });
    expect(warnings).toEqual([expect.stringContaining('no-such-host.invalid: the host name could not be resolved')]);
    expect(total).toMatchObject({ requests: 6, failures: 6 });
    expect(Object.keys(errorsOf(total))).toEqual([expect.stringMatching(/^dns: /)]);
  });

  it('users without think-time that fail at once leave the event loop its turns', async () => {
    const { total, windows } = await runNative({
      steps: [{ url: 'http://no-such-host.invalid/' }],
      loads: [closed({ concurrency: 5, holdForSeconds: 1.2 })],
    });
    expect(total.failures).toBe(total.requests);
    expect(windows.length).toBeGreaterThanOrEqual(2);
  });
});

describe('addresses', () => {
  it.skipIf(!hasIpv6)('an IPv6 address in a url (needs IPv6 on the loopback interface)', async () => {
    const server = await serve(() => response('ok'), { host: '::1' });
    const { total } = await runNative({ steps: [{ url: `http://[::1]:${server.port}/` }] });
    expect(total).toMatchObject({ requests: 1, failures: 0 });
    expect(server.requests[0]?.headers.host).toBe(`[::1]:${server.port}`);
  });

  it('localhost is a name like any other', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative({
      steps: [{ url: `http://localhost:${server.port}/`, keepAlive: false }],
      loads: [closed({ concurrency: 2, iterations: 3 })],
    });
    expect(total).toMatchObject({ requests: 6, failures: 0 });
    expect(server.connections).toBe(6);
  });

  it('keeps a connection to each origin', async () => {
    const one = await serve(() => response('one'));
    const other = await serve(() => response('other'));
    const steps: StepChanges[] = [{ url: `${one.url}/` }, { url: `${other.url}/` }];
    const { total } = await runNative({ steps, loads: [closed({ concurrency: 2, iterations: 5 })] });
    expect(total).toMatchObject({ requests: 20, failures: 0 });
    expect([one.connections, other.connections]).toEqual([2, 2]);
  });

  it('closes all connections at the end', async () => {
    const server = await serve(() => response('ok'));
    await runNative({
      steps: [{ url: server.url }],
      loads: [closed({ concurrency: 5, holdForSeconds: 0.1 }), open({ holdForSeconds: 0.1 })],
    });
    await expect.poll(() => server.open.size).toBe(0);
  });
});

describe('the example of a failure', () => {
  it('holds nothing of the responses before', async () => {
    const server = await serve(({ path }) => (path === '/silent' ? null : response('of another request')));
    const assertions: StepChanges['assertions'] = [
      { kind: 'contains', contains: ['of another'], subject: 'body', regexp: false, not: false, assumeSuccess: false },
    ];
    const { total } = await runNative({
      steps: [
        { url: '/', assertions },
        { url: '/silent', timeoutSeconds: 0.2 },
        { url: '/', assertions },
        { url: `http://127.0.0.1:${await freePort()}/` },
      ],
      flow: { defaultAddress: server.url },
    });
    const examples = [...total.errors.values()].map(({ type, example }) => [type, example]);
    expect(examples).toEqual([
      ['timeout', `GET ${server.url}/silent`],
      ['connect-refused', expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/$/)],
    ]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { problemOf, type SampleServer, startSampleServer } from './fixtures/sample-server.ts';
import type { TestServerOptions } from './fixtures/start-server.ts';

let server: SampleServer;
async function start(options: TestServerOptions = {}): Promise<SampleServer> {
  server = await startSampleServer(options);
  return server;
}
afterEach(() => server.close(0));

const json = { 'content-type': 'application/json' };

describe('what cannot be answered', () => {
  it('is a problem when there is nothing at the path', async () => {
    await start();
    for (const path of ['/', '/api', '/api/', '/api/nothing', '/api/audit/', '/api/version/1', '/favicon.ico']) {
      expect(await problemOf(await server.call(path))).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  it.each([
    ['DELETE', '/api/version', 'GET, HEAD'],
    ['OPTIONS', '/api/audit', 'GET, HEAD'],
    ['PATCH', '/api/health', 'GET, HEAD'],
    ['GET', '/api/texts', 'POST'],
    ['HEAD', '/api/texts', 'POST'],
    ['PURGE', '/api/things/thing-1', 'POST'],
  ])('is a problem when the path has no %s: %s', async (method, path, allow) => {
    await start();
    const answer = await server.call(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    if (method !== 'HEAD') expect(await problemOf(answer)).toMatchObject({ code: 'method_not_allowed' });
  });

  it.each(['broken', 'odd', 'full'])('gives nothing of the inside away, and is in the log: %s', async (thing) => {
    await start();
    const answer = await server.call(`/api/things/${thing}`);
    const text = await answer.clone().text();
    expect(text).not.toContain('secret');
    expect(await problemOf(answer)).toMatchObject({
      status: 500,
      code: thing === 'full' ? 'store_failed' : 'internal',
    });
    const line = server.logged.find(({ message }) => message === 'a request failed');
    expect(line).toMatchObject({ level: 'error', requestId: answer.headers.get('request-id') });
    expect(line?.error).toContain('secret');
    if (thing === 'broken') expect(line?.error).toMatch(/secret\n +at [\s\S]*caused by Error: deeper secret/);
  });

  it('keeps the headers of its error', async () => {
    await start();
    const answer = await server.call('/api/things/conflict');
    expect(answer.headers.get('x-version')).toBe('2');
    expect(await problemOf(answer)).toMatchObject({ status: 409, detail: 'It was changed.' });
  });
});

describe('a request', () => {
  const make = (body: unknown, path = '/api/things/thing-1') =>
    server.call(path, { method: 'POST', headers: json, body: typeof body === 'string' ? body : JSON.stringify(body) });

  it('that fits is answered', async () => {
    await start();
    const body = { name: 'Größe „schön“ 🚀', size: { width: 3 } };
    const answer = await make(body, '/api/things/thing-1?color=red');
    expect([answer.status, await answer.json()]).toEqual([201, body]);
  });

  it.each<[string, unknown, { path: string; message: string }[]]>([
    ['a missing field', {}, [{ path: 'name', message: expect.stringContaining('expected string') }]],
    ['an unknown field', { name: 'a', nmae: 1 }, [{ path: 'nmae', message: 'is not known here' }]],
    [
      'an unknown field inside',
      { name: 'a', size: { width: 1, 'x y': 2 } },
      [{ path: 'size["x y"]', message: 'is not known here' }],
    ],
    ['a field of another type', { name: 5 }, [{ path: 'name', message: expect.stringContaining('expected string') }]],
    [
      'several wrong ones',
      { name: 5, size: { width: 0.5 } },
      [
        { path: 'name', message: expect.any(String) },
        { path: 'size.width', message: expect.any(String) },
      ],
    ],
    ['another value', [1], [{ path: '', message: expect.stringContaining('expected object') }]],
    ['null', null, [{ path: '', message: expect.stringContaining('expected object') }]],
    ['a prototype', '{"name":"a","__proto__":{"isAdmin":true}}', [{ path: '__proto__', message: 'is not known here' }]],
  ])('whose body has %s is refused with its fields', async (_what, body, fields) => {
    await start();
    expect(await problemOf(await make(body))).toMatchObject({ status: 422, code: 'body_invalid', fields });
  });

  it('names at most a hundred fields', async () => {
    await start();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field${i}`, 1]));
    const problem = await problemOf(await make({ name: 'a', ...many }));
    expect(problem.fields).toHaveLength(100);
    expect(problem.detail).toContain('(and 4999 more)');
  });

  it.each(['', '{', '{"name":', 'name: a', '{"name":"a"}{}', '\u0000', '['.repeat(100_000)])(
    'whose body is no JSON is refused: %.20j',
    async (body) => {
      await start();
      expect(await problemOf(await make(body))).toMatchObject({ status: 400, code: 'request_invalid' });
    },
  );

  it.each([
    ['/api/things/a%20b', 'path.thingId'],
    ['/api/things/thing-1?color=green', 'query.color'],
    ['/api/things/thing-1?color=red&color=blue', 'query.color'],
    ['/api/things/thing-1?colour=red', 'query.colour'],
    ['/api/things/thing-1?__proto__=1', 'query.__proto__'],
  ])('whose address is wrong is refused: %s', async (path, field) => {
    await start();
    const problem = await problemOf(await make({ name: 'a' }, path));
    expect(problem).toMatchObject({ status: 400, code: 'request_invalid', fields: [{ path: field }] });
  });

  it.each([
    [{ 'content-type': 'text/plain' }, '/api/things/thing-1'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, '/api/things/thing-1'],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, '/api/things/thing-1'],
    [{ 'content-type': 'application/json' }, '/api/texts'],
    [{ 'content-type': 'application/yaml', 'content-encoding': 'br' }, '/api/texts'],
  ])('whose body is of a type that is not understood is refused: %j', async (headers, path) => {
    await start();
    const answer = await server.call(path, { method: 'POST', headers, body: '{"name":"a"}' });
    expect(await problemOf(answer)).toMatchObject({ status: 415, code: 'media_type_unsupported' });
  });

  it('with a body and no type is refused', async () => {
    await start();
    for (const path of ['/api/things/thing-1', '/api/texts']) {
      const body = Buffer.from('{"name":"a"}');
      expect(await problemOf(await server.call(path, { method: 'POST', body }))).toMatchObject({ status: 415 });
    }
  });

  it('whose body is a text is read as such', async () => {
    await start();
    const post = (body: string | Buffer) =>
      server.call('/api/texts', {
        method: 'POST',
        headers: { 'content-type': 'Application/YAML; charset=utf-8' },
        body,
      });
    expect(await (await post('a: ü # kept')).json()).toEqual({ text: 'a: ü # kept', mediaType: 'application/yaml' });
    expect(await problemOf(await post(Buffer.from([0x61, 0xff])))).toMatchObject({
      status: 400,
      code: 'request_invalid',
    });
  });
});

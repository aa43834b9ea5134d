import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../core/api/problem.ts';
import {
  fileVersionPageSchema,
  scenarioResourceSchema,
  type UploadUrl,
  uploadUrlSchema,
} from '../../../core/api/scenarios.ts';
import { limits } from '../../../core/limits.ts';
import { createManualClock } from '../../adapters/memory/manual-clock.ts';
import { keyOfUpload } from '../../uploads/upload-keys.ts';
import { listFiles } from '../../verbs/scenarios/scenario-files.ts';
import { openConnection } from '../fixtures/raw-connection.ts';
import { scenarioText, startApi, type TestApi } from '../fixtures/start-api.ts';

const clock = createManualClock(Date.now());
let api: TestApi;
let id: string;
beforeEach(async () => {
  api = await startApi({ app: { nowMs: clock.now } });
  id = await api.add(scenarioText());
});
afterEach(() => api.close());

const problemIn = async (answer: Response) => {
  const problem = problemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
};
const files = (path: string) => `/api/scenarios/${id}/files/${path}`;
const put = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
  api.server.call(files(path), { method: 'PUT', body });
const paths = async () => (await listFiles(api, id)).map(({ path }) => path);
const contents = async () => (await api.objects.list(`scenarios/${id}/contents/`)).length;

describe("a scenario's file", () => {
  it('is stored, replaced, read, listed and deleted', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const made = await put('bodies/größe 1.bin', bytes);
    expect([made.status, await made.json()]).toMatchObject([201, { path: 'bodies/größe 1.bin', sizeBytes: 256 }]);
    const replaced = await put('bodies/gr%C3%B6%C3%9Fe%201.bin', bytes.slice(1));
    expect([replaced.status, await replaced.json()]).toMatchObject([200, { sizeBytes: 255 }]);
    const read = await api.server.call(files('bodies%2Fgröße 1.bin'));
    expect([read.status, read.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes.slice(1))).toBe(true);
    await put('a/upload-url', 'a name like any other');
    const listed = (await (await api.server.call(`/api/scenarios/${id}/files`)).json()) as { items: unknown[] };
    expect(listed).toMatchObject({
      items: [{ path: 'a/upload-url' }, { path: 'bodies/größe 1.bin' }],
      nextCursor: null,
    });
    expect(await (await api.server.call(`/api/scenarios/${id}`)).json()).toMatchObject({ files: listed.items });
    expect((await api.server.call(files('a/upload-url'), { method: 'DELETE' })).status).toBe(204);
    expect((await api.server.call(files('a/upload-url'), { method: 'DELETE' })).status).toBe(404);
    const actions = (await api.stores.audit.list({ limit: 9, cursor: null })).items.map(({ action, detail }) => [
      action,
      detail,
    ]);
    expect(actions[0]).toEqual(['scenario.file.delete', 'a/upload-url']);
    expect(actions.filter(([action]) => action === 'scenario.file.put')).toHaveLength(3);
  });

  it('may be empty', async () => {
    expect(await (await put('empty', '')).json()).toMatchObject({ sizeBytes: 0 });
  });

  it.each([
    '..%2f..%2f..%2flocal-token',
    '%2e%2e/%2e%2e/plan.json',
    '%2fetc%2fpasswd',
    'a%2f%2fb',
    'a//b',
    'a/',
    'a%5cb',
    'a%00b',
    'a%0ab',
    '.tmp/x',
    `${'x'.repeat(300)}`,
    `${'x/'.repeat(300)}x`,
  ])('cannot have the path %s', async (path) => {
    // fetch would resolve dots itself: as it stands, over a plain connection.
    const connection = await openConnection(api.server.port);
    const head = `PUT ${files(path)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${api.server.token}`;
    connection.send(`${head}\r\nContent-Length: 1\r\n\r\nx`);
    const [statusLine = ''] = (await connection.closed()).split('\r\n');
    expect(statusLine).toMatch(/^HTTP\/1.1 (400|404|405) /);
    expect(await api.objects.list('')).toEqual([]);
  });

  it('is not found where there is none', async () => {
    expect(await problemIn(await api.server.call(files('a')))).toMatchObject({ code: 'not_found' });
    id = 'scenario-x';
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await api.server.call(files('a'), method === 'PUT' ? { method, body: 'x' } : { method });
      expect(await problemIn(answer)).toMatchObject({ status: 404 });
    }
    expect((await api.server.call(`/api/scenarios/${id}/files`)).status).toBe(404);
    expect(await api.objects.list('')).toEqual([]);
  });

  it('cannot be the folder of another one', async () => {
    await put('a/b', 'x');
    for (const path of ['a', 'a/b/c']) expect(await problemIn(await put(path, 'x'))).toMatchObject({ status: 409 });
    expect([await paths(), await contents()]).toEqual([['a/b'], 1]);
  });

  it('is not taken through the API when it is too large for that', async () => {
    const answer = await put('big', new Uint8Array(limits.apiBodyBytesMax + 1));
    expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(await api.objects.list('')).toEqual([]);
  });

  it('does not outlive its scenario, when both go at once', async () => {
    const get = api.stores.scenarios.get;
    const objectPut = api.objects.put.bind(api.objects);
    api.objects.put = async (...input) => {
      await api.stores.scenarios.delete(id);
      return objectPut(...input);
    };
    expect((await put('a', 'x')).status).toBe(404);
    expect(await get(id)).toBeNull();
    expect(await api.objects.list('')).toEqual([]);
  });
});

describe('the versions of a file', () => {
  const versionsOf = async (path: string) =>
    fileVersionPageSchema
      .strict()
      .parse(await (await api.server.call(`/api/scenarios/${id}/file-versions/${path}`)).json()).items;
  const content = async (sha256: string) => (await api.server.call(`/api/scenarios/${id}/contents/${sha256}`)).text();
  const restore = (path: string, sha256: string) =>
    api.sendJson('POST', `/api/scenarios/${id}/file-versions/${path}`, { sha256 });

  it('are listed, read and restored, also after it was deleted', async () => {
    for (const text of ['one', 'two', 'three']) await put('data/users.csv', text);
    const versions = await versionsOf('data/users.csv');
    expect(await Promise.all(versions.map(({ sha256 }) => content(sha256)))).toEqual(['three', 'two', 'one']);
    expect(versions.map(({ isCurrent }) => isCurrent)).toEqual([true, false, false]);
    expect(versions[0]).toMatchObject({ sizeBytes: 5, storedBy: { kind: 'local' } });
    const answer = await restore('data/users.csv', versions[2]?.sha256 ?? '');
    expect([answer.status, await answer.json()]).toMatchObject([200, { path: 'data/users.csv', sizeBytes: 3 }]);
    expect(await (await api.server.call(files('data/users.csv'))).text()).toBe('one');
    await api.server.call(files('data/users.csv'), { method: 'DELETE' });
    const deleted = scenarioResourceSchema.parse(await (await api.server.call(`/api/scenarios/${id}`)).json());
    expect([deleted.files, deleted.deletedFiles]).toEqual([[], ['data/users.csv']]);
    expect((await versionsOf('data/users.csv')).map(({ isCurrent }) => isCurrent)).toEqual([false, false, false]);
    await restore('data/users.csv', versions[1]?.sha256 ?? '');
    expect(await (await api.server.call(files('data/users.csv'))).text()).toBe('two');
    const [last] = (await api.stores.audit.list({ limit: 1, cursor: null })).items;
    expect(last).toMatchObject({ action: 'scenario.file.restore', detail: expect.stringContaining('data/users.csv') });
  });

  it('are not found where there are none, and not restored where they do not fit', async () => {
    await put('a', 'x');
    const [version] = await versionsOf('a');
    const sha256 = version?.sha256 ?? '';
    for (const answer of [
      await api.server.call(`/api/scenarios/${id}/file-versions/b`),
      await api.server.call(`/api/scenarios/scenario-x/file-versions/a`),
      await api.server.call(`/api/scenarios/${id}/contents/${'0'.repeat(64)}`),
      await restore('b', sha256),
      await restore('a', '0'.repeat(64)),
    ]) {
      expect(await problemIn(answer)).toMatchObject({ status: 404 });
    }
    expect((await restore('a', 'x')).status).toBe(422);
    await api.server.call(files('a'), { method: 'DELETE' });
    await put('a/b', 'x');
    expect((await restore('a', sha256)).status).toBe(409);
  });
});

describe('an upload URL', () => {
  const ask = (path: string, body: unknown) => api.sendJson('POST', `${files(path)}/upload-url`, body);
  const urlFor = async (path: string, sizeBytes: number): Promise<UploadUrl> =>
    uploadUrlSchema.strict().parse(await (await ask(path, { sizeBytes })).json());
  const upload = ({ url, method, headers }: UploadUrl, body: Uint8Array<ArrayBuffer> | ReadableStream) =>
    fetch(url, { method, headers, body, duplex: 'half' } as RequestInit);

  it('takes a file that is too large for the API, without a token', async () => {
    const bytes = new Uint8Array(limits.apiBodyBytesMax + 10).fill(7);
    const url = await urlFor('data/big.bin', bytes.length);
    expect(url.url.startsWith(`${api.server.url}/api/uploads/`)).toBe(true);
    expect(Date.parse(url.expiresAt)).toBeGreaterThan(clock.now());
    const answer = await upload(url, bytes);
    expect([answer.status, await answer.json()]).toMatchObject([
      201,
      { path: 'data/big.bin', sizeBytes: bytes.length },
    ]);
    expect((await upload(url, bytes)).status).toBe(200);
    // And gives it back in the same way: by a URL that needs no token.
    const path = `/api/scenarios/${id}/files/data/big.bin`;
    const moved = await api.server.call(path, { redirect: 'manual' });
    expect(moved.status).toBe(302);
    const download = await fetch(`${api.server.url}${moved.headers.get('location')}`);
    expect(Buffer.from(await download.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    const [last] = (await api.stores.audit.list({ limit: 1, cursor: null })).items;
    expect(last).toMatchObject({ actor: { kind: 'local' }, action: 'scenario.file.put', detail: 'data/big.bin' });
  });

  it('is completed where the file was put into the object store', async () => {
    const { url } = await urlFor('data/big.bin', 5);
    const complete = () => fetch(`${url}/complete`, { method: 'POST' });
    expect((await complete()).status).toBe(404);
    const claims = Buffer.from(url.split('/').at(-1)?.split('.')[0] ?? '', 'base64url').toString();
    const key = keyOfUpload(JSON.parse(claims));
    await api.objects.put(key, Buffer.from('four'));
    expect((await complete()).status).toBe(400);
    expect(await (await api.server.call(`/api/scenarios/${id}/files`)).json()).toMatchObject({ items: [] });
    await api.objects.put(key, Buffer.from('five!'));
    const first = await complete();
    expect([first.status, await first.json()]).toMatchObject([201, { path: 'data/big.bin', sizeBytes: 5 }]);
    expect((await complete()).status).toBe(200);
    expect(await (await api.server.call(files('data/big.bin'))).text()).toBe('five!');
    expect((await fetch(`${url.slice(0, -1)}/complete`, { method: 'POST' })).status).toBe(403);
    clock.advance(16 * 60_000);
    expect((await complete()).status).toBe(403);
  });

  it('takes exactly as many bytes as were said', async () => {
    const url = await urlFor('a', 10);
    for (const length of [9, 11]) {
      expect(await problemIn(await upload(url, new Uint8Array(length)))).toMatchObject({ code: 'request_invalid' });
      const stream = new Blob([new Uint8Array(length)]).stream();
      expect(await problemIn(await upload(url, stream))).toMatchObject({ code: 'request_invalid' });
    }
    expect(await api.objects.list('')).toEqual([]);
  });

  it('leaves nothing when the upload breaks off', async () => {
    const { pathname } = new URL((await urlFor('a', 1_000_000)).url);
    const connection = await openConnection(api.server.port);
    connection.send(`PUT ${pathname} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`);
    connection.socket.end();
    connection.socket.destroySoon();
    await connection.closed();
    const next = await urlFor('b', 1);
    expect((await upload(next, new Uint8Array(1))).status).toBe(201);
    expect([await paths(), await contents()]).toEqual([['b'], 1]);
    expect(api.server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is good for its own file only, for a while', async () => {
    const url = await urlFor('a', 1);
    const [claims = '', mac = ''] = url.url.split('/').at(-1)?.split('.') ?? [];
    const claimed = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claimed, path: 'b' })).toString('base64url');
    const others = [
      `${forged}.${mac}`,
      `${claims}.`,
      claims,
      `${claims}.${mac}.${mac}`,
      `${claims}.${mac.slice(1)}`,
      'x',
    ];
    for (const other of others) {
      const answer = await fetch(`${api.server.url}/api/uploads/${other}`, { method: 'PUT', body: 'x' });
      expect(await problemIn(answer), other).toMatchObject({ status: 403 });
    }
    clock.advance(15 * 60 * 1000);
    expect((await upload(url, new Uint8Array(1))).status).toBe(403);
    expect(await api.objects.list('')).toEqual([]);
  });

  it.each<[unknown, number]>([
    [{}, 422],
    [{ sizeBytes: -1 }, 422],
    [{ sizeBytes: 1.5 }, 422],
    [{ sizeBytes: limits.scenarioFileBytesMax + 1 }, 422],
    [{ sizeBytes: 1, expiresAtMs: 9e15 }, 422],
    [[], 422],
  ])('is not made for %j', async (body, status) => {
    expect((await problemIn(await ask('a', body))).status).toBe(status);
  });

  it('is made only where the file could be, and is void when its scenario is gone', async () => {
    expect((await ask('a%2f..%2fb', { sizeBytes: 1 })).status).toBe(400);
    const url = await urlFor('a', 1);
    await api.server.call(`/api/scenarios/${id}`, { method: 'DELETE' });
    expect((await upload(url, new Uint8Array(1))).status).toBe(404);
    expect((await ask('a', { sizeBytes: 1 })).status).toBe(404);
    expect(await api.objects.list('')).toEqual([]);
  });
});

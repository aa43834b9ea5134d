import { mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifactPageSchema, artifactUrlSchema } from '../../../core/api/runs.ts';
import { limits } from '../../../core/limits.ts';
import {
  createFilesystemObjectStore,
  type FilesystemObjectStore,
} from '../../adapters/local/filesystem-object-store.ts';
import { createMemoryStores } from '../../adapters/memory/memory-stores.ts';
import { RUN_ID, storeMeasuredRun } from '../../verbs/results/fixtures/measured-run.ts';
import { readZip } from '../../verbs/results/fixtures/read-zip.ts';
import { openConnection } from '../fixtures/raw-connection.ts';
import { problemOf } from '../fixtures/sample-server.ts';
import { startServer, type TestServer } from '../fixtures/start-server.ts';

const LARGE_BYTES = limits.apiBodyBytesMax + 1;
let folder: string;
let objects: FilesystemObjectStore;
let server: TestServer;
let nowMs: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-artifacts-'));
  objects = createFilesystemObjectStore(folder);
  const stores = createMemoryStores();
  await storeMeasuredRun({ ...stores, objects }, { seconds: 5 });
  nowMs = 1_800_000_000_000;
  server = await startServer({ app: { ...stores, objects, nowMs: () => nowMs } });
});
afterEach(async () => {
  await server.close(0);
  objects.close();
  await rm(folder, { recursive: true, force: true });
});

const put = (path: string, body: string | Uint8Array) =>
  objects.put(`runs/${RUN_ID}/artifacts/${path}`, Buffer.from(body));
const get = (path: string, init: RequestInit = {}) => server.call(`/api/runs/${RUN_ID}/${path}`, init);
const page = async (query = '') => artifactPageSchema.strict().parse(await (await get(`artifacts${query}`)).json());
/** Every byte depends on its place. */
const large = Buffer.alloc(LARGE_BYTES);
for (let i = 0; i < LARGE_BYTES; i++) large[i] = (i * 31 + (i >>> 8)) & 255;

describe('the artifacts of a run', () => {
  it('are listed by path, page by page', async () => {
    expect(await page()).toEqual({ items: [], nextCursor: null });
    for (const path of ['west/0/task.log', 'east/1/a/b.txt', 'east/0/task.log', 'east/10/task.log'])
      await put(path, path);
    await objects.put('runs/run-10/artifacts/east/0/task.log', Buffer.from('of another run'));
    const first = await page('?limit=3');
    const second = await page(`?limit=3&cursor=${first.nextCursor}`);
    const paths = [...first.items, ...second.items].map(({ path }) => path);
    expect(paths).toEqual(['east/0/task.log', 'east/1/a/b.txt', 'east/10/task.log', 'west/0/task.log']);
    expect(first.items[0]?.sizeBytes).toBe('east/0/task.log'.length);
    expect(second.nextCursor).toBeNull();
    expect((await problemOf(await get('artifacts?cursor=x'))).code).toBe('option_invalid');
    expect((await problemOf(await get('artifacts?limit=0'))).code).toBe('request_invalid');
  });

  it.each([
    ['east/0/task.log', 'text/plain; charset=utf-8', 'attachment; filename="task.log"; filename*=UTF-8\'\'task.log'],
    ['east/0/page.html', 'application/octet-stream', 'attachment; filename="page.html"; filename*=UTF-8\'\'page.html'],
    ['east/0/x.svg', 'application/octet-stream', 'attachment; filename="x.svg"; filename*=UTF-8\'\'x.svg'],
    ['east/0/constructor.constructor', 'application/octet-stream', /^attachment; filename="constructor.constructor"/],
    [
      'east/0/a";\u{1f680}é.JSON',
      'application/json',
      'attachment; filename="a_____.JSON"; filename*=UTF-8\'\'a%22%3B%F0%9F%9A%80%C3%A9.JSON',
    ],
    ["east/0/it's (1)*.csv", 'text/csv; charset=utf-8', /filename\*=UTF-8''it%27s%20%281%29%2a\.csv$/],
  ])('are sent as files that no browser runs: %s', async (path, type, disposition) => {
    await put(path, 'content');
    const answer = await get(`artifacts/${path.split('/').map(encodeURIComponent).join('/')}`);
    expect(await answer.text()).toBe('content');
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toEqual(
      typeof disposition === 'string' ? disposition : expect.stringMatching(disposition),
    );
    expect(answer.headers.get('content-length')).toBe('7');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each([
    ['nothing', 404],
    ['east', 404],
    ['east/0/', 400],
    ['..%2Fplan.json', 400],
    ['%2e%2e%2fplan.json', 400],
    ['east/0/..%2f..%2f..%2f..%2frun-2%2fplan.json', 400],
    ['east/0/a%00b', 400],
    ['east/0/a%0d%0ab', 404],
    ['%5c..%5cplan.json', 400],
    ['a'.repeat(2_000), 400],
    ['.tmp/lock', 400],
    ['east/0/link', 404],
  ])('lead nowhere else: %s', async (path, status) => {
    await put('east/0/task.log', 'x');
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(folder, 'runs', RUN_ID, 'artifacts', 'east', '0', 'link'));
    const answer = await get(`artifacts/${path}`);
    const problem = await problemOf(answer);
    expect(problem.status).toBe(status);
    expect(JSON.stringify(problem)).not.toContain(folder);
  });

  it('above 5 MB lie behind a signed URL, for a while, without the token', async () => {
    await put('east/0/large.bin', large);
    const moved = await get('artifacts/east/0/large.bin', { redirect: 'manual' });
    expect([moved.status, await moved.text()]).toEqual([302, '']);
    const location = moved.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/downloads\/[\w-]+\.[\w-]+$/);
    const answer = await fetch(server.url + location);
    expect(answer.headers.get('content-length')).toBe(String(LARGE_BYTES));
    expect(answer.headers.get('content-disposition')).toContain('large.bin');
    expect(large.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
    const followed = await get('artifacts/east/0/large.bin');
    expect((await followed.arrayBuffer()).byteLength).toBe(LARGE_BYTES);

    const [claims = '', mac = ''] = location.slice('/api/downloads/'.length).split('.');
    const other = JSON.parse(Buffer.from(claims, 'base64url').toString());
    other.what.path = 'west/0/task.log';
    const forged = Buffer.from(JSON.stringify(other)).toString('base64url');
    for (const signed of [`${forged}.${mac}`, `${claims}.${mac}x`, claims, `${claims}.${mac}.`, 'x.y']) {
      expect((await problemOf(await fetch(`${server.url}/api/downloads/${signed}`))).code).toBe('forbidden');
    }
    nowMs += 15 * 60 * 1000;
    expect((await problemOf(await fetch(server.url + location))).code).toBe('forbidden');
  });

  it('leave nothing open when only their heads are asked for, or the client goes', async () => {
    await put('east/0/large.bin', large);
    const head = await get('artifacts/east/0/large.bin', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(LARGE_BYTES),
      '',
    ]);
    const moved = await get('artifacts/east/0/large.bin', { redirect: 'manual' });
    const path = moved.headers.get('location') ?? '';
    for (let i = 0; i < 3; i++) {
      const connection = await openConnection(server.port);
      connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await connection.received('HTTP/1.1 200');
      connection.socket.destroy();
    }
    await expect.poll(openFilesBelow, { timeout: 20_000 }).toEqual([]);
  });
});

/** What this process has open of the artifacts (Linux tells). */
async function openFilesBelow(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder) && path.includes('/artifacts/'));
}

describe('a URL for artifacts', () => {
  const ask = async (body: object) =>
    get('artifact-url', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const urlOf = async (body: object) => artifactUrlSchema.strict().parse(await (await ask(body)).json()).url;

  it('leads a browser to one of them, or to all, without a token', async () => {
    await put('east/0/large.bin', large);
    await put('east/0/task.log', 'line');
    expect(await (await fetch(server.url + (await urlOf({ path: 'east/0/task.log' })))).text()).toBe('line');
    const zip = await fetch(server.url + (await urlOf({})));
    expect([...readZip(Buffer.from(await zip.arrayBuffer())).keys()]).toEqual(['east/0/large.bin', 'east/0/task.log']);
    for (const path of ['east/0/none', '../../plan.json'])
      expect((await ask({ path })).status).toBeGreaterThanOrEqual(400);
  });

  it('goes on where a download broke off', async () => {
    await put('east/0/large.bin', large);
    const url = server.url + (await urlOf({ path: 'east/0/large.bin' }));
    const part = async (headers: Record<string, string>) => {
      const answer = await fetch(url, { headers });
      return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const rest = await part({ range: 'bytes=4000000-' });
    expect([rest.answer.status, rest.answer.headers.get('content-range')]).toEqual([
      206,
      `bytes 4000000-${LARGE_BYTES - 1}/${LARGE_BYTES}`,
    ]);
    expect(rest.bytes.equals(large.subarray(4_000_000))).toBe(true);
    const tooFar = await part({ range: `bytes=${LARGE_BYTES}-` });
    expect([tooFar.answer.status, tooFar.answer.headers.get('content-range')]).toEqual([416, `bytes */${LARGE_BYTES}`]);
    const changed = await part({ range: 'bytes=1-2', 'if-range': '"x"' });
    expect([changed.answer.status, changed.bytes.length]).toEqual([200, LARGE_BYTES]);
  });
});

describe('the zip file of the artifacts', () => {
  it('holds them all, each as it is', async () => {
    const content = new Map<string, Buffer>([
      ['east/0/task.log', Buffer.from('line\n'.repeat(10_000))],
      ['east/0/empty', Buffer.alloc(0)],
      ['east/1/é \u{1f680}".txt', Buffer.from('odd name')],
      ['west/0/random.bin', large.subarray(0, 1_000_000)],
    ]);
    for (const [path, body] of content) await put(path, body);
    const answer = await get('artifacts.zip');
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toContain(`${RUN_ID}.zip`);
    const unpacked = readZip(Buffer.from(await answer.arrayBuffer()));
    expect([...unpacked.keys()].toSorted()).toEqual([...content.keys()].toSorted());
    for (const [path, body] of content) expect(unpacked.get(path)?.equals(body)).toBe(true);
  });

  it('is empty without any', async () => {
    expect(readZip(Buffer.from(await (await get('artifacts.zip')).arrayBuffer())).size).toBe(0);
  });

  it('of much lies behind a signed URL, is made as it is read, and ends with its reader', async () => {
    for (let i = 0; i < 3; i++) await put(`east/${i}/large.bin`, large);
    const moved = await get('artifacts.zip', { redirect: 'manual' });
    expect(moved.status).toBe(302);
    const path = moved.headers.get('location') ?? '';
    const connection = await openConnection(server.port);
    connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await connection.received('HTTP/1.1 200');
    connection.socket.destroy();
    await expect.poll(openFilesBelow, { timeout: 20_000 }).toEqual([]);
    const all = readZip(Buffer.from(await (await fetch(server.url + path)).arrayBuffer()));
    expect(all.size).toBe(3);
    expect(all.get('east/2/large.bin')?.equals(large)).toBe(true);
  });
});

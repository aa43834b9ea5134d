import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../../adapters/local/fixtures/temporary-folder.ts';
import type { ApiEnvironment } from '../api.ts';
import { readConsoleFiles, serveConsole } from './console-files.ts';

const script = `console.log(${JSON.stringify('x'.repeat(5_000))})`;
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let app: Hono<ApiEnvironment>;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  await mkdir(join(folder.path, 'assets'));
  await writeFile(join(folder.path, 'index.html'), '<!doctype html><title>Loadstar</title>');
  await writeFile(join(folder.path, 'assets', 'main-1.js'), script);
  await writeFile(join(folder.path, 'built-from.txt'), 'not for the world');
  app = new Hono<ApiEnvironment>();
  app.use(serveConsole(await readConsoleFiles(folder.path), ['https://issuer.example']));
  app.all('*', (c) => c.text('behind', 418));
});
afterEach(() => folder.remove());

describe('the console', () => {
  it('is its page at any address that is nobody else’s', async () => {
    for (const path of [
      '/',
      '/runs/1?from=3',
      '/scenarios/new',
      '/built-from.txt',
      '/..%2f..%2fetc%2fpasswd',
      '/apiary',
    ]) {
      const answer = await app.request(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await answer.text()).toContain('<title>Loadstar</title>');
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("connect-src 'self' https://issuer.example;");
    }
  });

  it('leaves other paths and methods to those behind it', async () => {
    for (const path of ['/api', '/api/runs', '/oidc/auth', '/sign-in/1', '/mqtt', '/config.json', '/.well-known/x']) {
      expect((await app.request(path)).status).toBe(418);
    }
    expect((await app.request('/', { method: 'POST' })).status).toBe(418);
  });

  it('gives hashed files for good, compressed where that is understood', async () => {
    const plain = await app.request('/assets/main-1.js');
    expect(plain.headers.get('cache-control')).toContain('immutable');
    expect(await plain.text()).toBe(script);
    const small = await app.request('/assets/main-1.js', { headers: { 'accept-encoding': 'gzip, br' } });
    const bytes = Buffer.from(await small.arrayBuffer());
    expect(bytes.length).toBeLessThan(script.length / 2);
    expect(brotliDecompressSync(bytes).toString()).toBe(script);
    expect((await app.request('/assets/main-0.js')).status).toBe(404);
  });

  it('is not sent again to whoever has it', async () => {
    const etag = (await app.request('/')).headers.get('etag') ?? '';
    const again = await app.request('/', { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('says how it is built when it is not', async () => {
    expect(await readConsoleFiles(join(folder.path, 'nothing'))).toBeNull();
    const bare = new Hono<ApiEnvironment>().use(serveConsole(null));
    const answer = await bare.request('/');
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run console')]);
  });
});

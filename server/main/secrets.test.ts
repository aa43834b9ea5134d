// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are references to secrets.
/** Secrets on their whole way: from the API through a real task to the target, and into nothing that stays. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import { startServer, type TestServer } from '../http/fixtures/start-server.ts';
import { environmentSecrets } from './environment-secrets.ts';
import { withHome } from './fixtures/local-planes.ts';

const workerEntry = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));
const VALUES = { KEY: 'tr0ub4dor&3 / correct', PASSWORD: 'horse battery staple' };

/** Fails every request, and says why with all that it was sent. */
const seen: string[] = [];
const target = createServer((request, response) => {
  seen.push(`${request.url} ${JSON.stringify(request.headers)}`);
  response.writeHead(500, {
    echo: String(request.headers['x-key']),
    authorization: String(request.headers.authorization),
  });
  response.end(`no: ${request.url} ${JSON.stringify(request.headers)}`);
});
beforeAll(() => new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve)));
afterAll(() => void target.close());

function scenario(regions: string) {
  const address = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const text = `
loadstar: {name: Secrets, regions: {${regions}}}
execution: [{concurrency: 1, iterations: 1, scenario: s}]
scenarios:
  s:
    default-address: ${address}
    authorization: {url: '${address}', name: ada, password: '\${secrets.PASSWORD}'}
    requests:
    - url: /\${__urlencode(\${secrets.KEY})}?again=\${secrets.KEY}
      label: with \${secrets.KEY}
      headers: {x-key: '\${secrets.KEY}'}
      assert: [{contains: ['\${secrets.KEY}'], not: true}]
`;
  return readScenario({ sources: [{ name: 's.yml', text }] }).scenario;
}

/** Every file below the folder, by its path; what is packed is unpacked. */
async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    files.set(path, path.endsWith('.seg') ? zstdDecompressSync(bytes) : bytes);
  }
  return files;
}

function expectNowhere(files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    for (const value of Object.values(VALUES)) {
      const basic = Buffer.from(`ada:${value}`).toString('base64').slice(8, -4);
      for (const form of [value, encodeURIComponent(value), value.replaceAll(' ', '+'), basic]) {
        if (bytes.includes(form)) throw new Error(`${path} holds ${form}`);
      }
    }
  }
}

describe('secrets of a run', { timeout: 60_000 }, () => {
  it('reach its target, over files and over HTTP, and are nowhere in the data directory', () =>
    withHome(async (open, home) => {
      const served = Promise.withResolvers<TestServer>();
      const regions = { east: { tasksMax: 1, command: ['env'] }, west: 1 };
      const local = await open({ workerEntry, regions, publicUrl: async () => (await served.promise).url });
      const server = await startServer({ app: local.ports });
      served.resolve(server);
      for (const [name, value] of Object.entries(VALUES)) {
        const put = await server.call(`/api/secrets/${name}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ value }),
        });
        expect(put.status).toBe(204);
      }
      for (const region of ['east', 'west']) {
        seen.length = 0;
        const run = await local.startRun(scenario(`${region}: 1`));
        expect(await local.watchRun(run.id)).toMatchObject({ phase: 'complete', lostTasks: [] });
        expect(seen).toHaveLength(1);
        expect(seen[0]).toContain(JSON.stringify(VALUES.KEY).slice(1, -1));
        expect(seen[0]).toContain(Buffer.from(`ada:${VALUES.PASSWORD}`).toString('base64'));
        const report = await local.readReport(run.id);
        expect(report.total.failures).toBe(1);
        expect(report.labels.map(({ label }) => label)).toEqual(['with [redacted]']);
        expect(JSON.stringify(report)).toContain('[redacted]');
        const token = local.ports.runFolderAccess?.tokenOf(run.id);
        const late = await fetch(`${server.url}/api/run-folders/${run.id}/secrets.json`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect([401, 409]).toContain(late.status);
      }
      const files = await filesBelow(home);
      expect(files.size).toBeGreaterThan(20);
      expectNowhere(files);
      await server.close(0);
    }));

  it('must be there when it starts, and when its tasks do', () =>
    withHome(async (open) => {
      const local = await open({ workerEntry, secrets: new Map([['KEY', 'from outside']]) });
      await expect(local.startRun(scenario('west: 1'))).rejects.toMatchObject({
        code: 'secret_missing',
        fields: [{ path: 'secrets.PASSWORD', message: 'is not stored' }],
      });
      expect(await local.ports.objects.list('runs/')).toEqual([]);
      expect(await local.ports.secrets.list()).toEqual([]);
    }));
});

describe('secrets from the environment', () => {
  it('are those of its variables', () => {
    const environment = {
      LOADSTAR_SECRET_KEY: 'a value',
      LOADSTAR_SECRET_EMPTY: '',
      SECRET_B: 'x',
      LOADSTAR_SECRETS: '{}',
    };
    expect(environmentSecrets(environment)).toEqual(new Map([['KEY', 'a value']]));
  });

  it.each([
    ['LOADSTAR_SECRET_', 'no name'],
    ['LOADSTAR_SECRET_A-B', 'no variable'],
    ['LOADSTAR_SECRET_PIN', '123'],
    ['LOADSTAR_SECRET_LONG', 'x'.repeat(20_000)],
  ])('are refused with the name of the variable and without the value: %s', (variable, value) => {
    const read = () => environmentSecrets({ [variable]: value });
    expect(read).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(variable) }),
    );
    expect(read).not.toThrow(expect.objectContaining({ message: expect.stringContaining(value) }));
  });
});

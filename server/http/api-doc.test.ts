import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './fixtures/start-server.ts';

const doc = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

interface Document {
  paths: Record<string, Record<string, { summary?: string; tags?: string[] }>>;
}

describe('docs/api.md', () => {
  let server: TestServer;
  let document: Document;
  beforeEach(async () => {
    server = await startServer();
    document = (await (await server.call('/api/openapi.json')).json()) as Document;
  });
  afterEach(() => server.close(0));

  it('lists every route as the description of the API has it', () => {
    const [, table = ''] = doc.split('| request | what it does |\n|---|---|\n');
    const rows = (table.split('\n\n')[0] ?? '').split('\n').filter((row) => row !== '');
    const expected = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { summary }]) => `| \`${method.toUpperCase()} ${path}\` | ${summary} |`),
    );
    expect(rows.toSorted()).toEqual(expected.toSorted());
  });

  it('shows only requests that there are', () => {
    const known = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => {
        const pattern = path
          .replaceAll(/[.]/g, '\\$&')
          .replaceAll('{path}', '[^ ?]+')
          .replaceAll(/\{\w+\}/g, '[^/ ?]+');
        return { method: method.toUpperCase(), pattern: new RegExp(`^${pattern}$`) };
      }),
    );
    const examples = [...doc.matchAll(/^loadstar_api (?:-X ([A-Z]+) )?.*?(\/api\/[^ ?"']+)/gm)];
    expect(examples.length).toBeGreaterThan(8);
    for (const [line, method = 'GET', path = ''] of examples) {
      const found = known.some((each) => each.method === method && each.pattern.test(path));
      expect(found, line).toBe(true);
    }
  });
});

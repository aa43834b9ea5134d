import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessOf } from './access.ts';
import { registerSampleRoutes } from './fixtures/sample-routes.ts';
import { problemOf } from './fixtures/sample-server.ts';
import { startServer, type TestServer } from './fixtures/start-server.ts';

interface Operation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema?: { pattern?: string } }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
  security: Record<string, string[]>[];
}

describe('the description of the API', () => {
  let server: TestServer;
  let document: Document;
  beforeEach(async () => {
    server = await startServer();
    document = (await (await server.call('/api/openapi.json')).json()) as Document;
  });
  afterEach(() => server.close(0));

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is OpenAPI 3.1 of this version', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Loadstar', version: '1.2.3' });
    expect(operations().length).toBeGreaterThanOrEqual(5);
  });

  it('names every operation once, and says what it does', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(operation.tags).toHaveLength(1);
    }
  });

  it('knows what every operation answers when something is wrong', () => {
    for (const { operation } of operations()) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['429', 'default']));
      const problems = Object.entries(operation.responses).filter(
        ([status]) => Number(status) >= 400 && status !== '503',
      );
      for (const [, response] of problems) {
        expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json']);
      }
      if (operation.security?.length !== 0) expect(operation.responses).toHaveProperty('401');
    }
  });

  it('has every route there is, and no other', () => {
    const inWords = (path: string) => path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}');
    const routed = server.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'))
      .map(({ method, path }) => `${method.toLowerCase()} ${inWords(path)}`);
    const described = operations().map(({ path, method }) => `${method} ${path}`);
    // Behind URLs that are given, as those of any other object store would be.
    const hidden = ['put /api/uploads/{signed}', 'post /api/uploads/{signed}/complete'];
    expect([...new Set(routed)].filter((route) => !hidden.includes(route)).sort()).toEqual(described.sort());
  });

  it('leads somewhere with every path', async () => {
    for (const { path, method, operation } of operations()) {
      const [mediaType] = Object.keys(operation.requestBody?.content ?? {});
      const headers: Record<string, string> = mediaType === undefined ? {} : { 'content-type': mediaType };
      const body = mediaType === undefined ? null : '{}';
      const answer = await server.call(path.replace('{task}', '0').replaceAll(/[{}]/g, ''), {
        method: method.toUpperCase(),
        headers,
        body,
      });
      expect(answer.status).not.toBe(405);
      expect(answer.status).toBeLessThan(500);
      if (answer.status < 400) continue;
      expect((await problemOf(answer)).detail).not.toContain('There is nothing at');
    }
  });

  it('is true about who may call', async () => {
    for (const { path, method, operation } of operations()) {
      const security = operation.security ?? document.security;
      // The URL itself is what lets one in.
      const isSigned = path.endsWith('/{signed}');
      const isOwn = isSigned || 'runToken' in (security[0] ?? {});
      const access = isOwn ? 'own' : security.length === 0 ? 'public' : 'actor';
      expect(accessOf(path)).toBe(access);
      const { status } = await fetch(`${server.url}${path.replaceAll(/[{}]/g, '')}`, { method: method.toUpperCase() });
      if (access === 'public') expect(status).toBeLessThan(400);
      else expect(status).toBe(isSigned ? 403 : 401);
      for (const scheme of security.flatMap((each) => Object.keys(each))) {
        expect(document.components.securitySchemes).toHaveProperty(scheme);
      }
    }
  });

  it('has no reference that leads nowhere, and a parameter for each part of a path', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(5);
    for (const [, kind = '', name = ''] of references) expect(document.components[kind]).toHaveProperty(name);
    for (const { path, operation } of operations()) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it('has only expressions that something matches', () => {
    const patterns: string[] = [];
    JSON.stringify(document, (key, value) => {
      if (key === 'pattern' && typeof value === 'string') patterns.push(value);
      return value;
    });
    expect(patterns.length).toBeGreaterThan(1);
    for (const pattern of new Set(patterns)) {
      expect(pattern).toMatch(/^\^.*\$$/);
      expect(() => new RegExp(pattern, 'u')).not.toThrow();
    }
    const name = document.paths['/api/scenarios']?.post?.parameters?.find((parameter) => parameter.name === 'name');
    expect(new RegExp(name?.schema?.pattern ?? '', 'u').test('Größe')).toBe(true);
    expect(new RegExp(name?.schema?.pattern ?? '', 'u').test('a\nb')).toBe(false);
  });

  it('tells of bodies what can be wrong with them', async () => {
    const other = await startServer({
      app: { moreRoutes: (api) => registerSampleRoutes(api, { log: () => {}, events: [] }) },
    });
    const described = (await (await other.call('/api/openapi.json')).json()) as Document;
    await other.close(0);
    const statuses = Object.keys(described.paths['/api/things/{thingId}']?.post?.responses ?? {});
    expect(statuses).toEqual(['201', '400', '401', '403', '404', '413', '415', '422', '429', 'default']);
  });
});

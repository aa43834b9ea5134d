import { describe, expect, it } from 'vitest';
import { matchesSearch, routesByTag, schemaText } from './openapi-document.ts';

const document = {
  paths: {
    '/api/runs': { get: { tags: ['Runs'], summary: 'All runs' }, parameters: {} },
    '/api/runs/{id}': { delete: { tags: ['Runs'], summary: 'Deletes it' } },
    '/api/health': { get: { summary: 'Whether it lives' } },
  },
};

describe('the description of the API', () => {
  it('is shown by what routes are about', () => {
    const found = [...routesByTag(document)].map(([tag, routes]) => [
      tag,
      routes.map(({ method, path }) => `${method} ${path}`),
    ]);
    expect(found).toEqual([
      ['Runs', ['GET /api/runs', 'DELETE /api/runs/{id}']],
      ['Other', ['GET /api/health']],
    ]);
  });

  it('is searched by method, path and words', () => {
    const routes = [...routesByTag(document).values()].flat();
    const found = (search: string) => routes.filter((route) => matchesSearch(route, search)).map(({ path }) => path);
    expect([found('get RUNS'), found('deletes'), found('get deletes'), found('')]).toEqual([
      ['/api/runs'],
      ['/api/runs/{id}'],
      [],
      ['/api/runs', '/api/runs/{id}', '/api/health'],
    ]);
  });

  it('names schemas, and writes out those without a name', () => {
    expect(schemaText(undefined)).toBeNull();
    expect(schemaText({ 'application/json': { schema: { $ref: '#/components/schemas/Run' } } })).toBe('Run');
    expect(schemaText({ 'application/json': { schema: { type: 'object' } } })).toBe('{\n  "type": "object"\n}');
    expect(schemaText({ 'application/zip': {}, 'text/html': {} })).toBe('application/zip, text/html');
  });
});

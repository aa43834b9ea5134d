/** Where tasks run. */
import { createRoute } from '@hono/zod-openapi';
import { regionPageSchema } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { listRegions } from '../../verbs/list-regions.ts';
import type { Api } from '../api.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/regions',
  operationId: 'listRegions',
  tags: ['System'],
  summary: 'Where tasks can run, and how many',
  responses: { 200: { description: 'All of them.', content: { 'application/json': { schema: regionPageSchema } } } },
});

export type RegionRouteDependencies = Pick<Ports, 'launcher'>;

export function registerRegionRoutes(app: Api, deps: RegionRouteDependencies): void {
  app.openapi(listRoute, async (c) => c.json(await listRegions(deps, c.get('actor')), 200));
}

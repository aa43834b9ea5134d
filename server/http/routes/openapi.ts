/** The API's own description. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api.ts';

const openApiRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  tags: ['System'],
  summary: 'This description of the API',
  responses: {
    200: {
      description: 'An OpenAPI 3.1 document.',
      content: { 'application/json': { schema: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApi' }) } },
    },
  },
});

export interface OpenApiRouteDependencies {
  /** The document as JSON; called when all routes are known. */
  openApiText(): string;
}

export function registerOpenApiRoutes(app: Api, deps: OpenApiRouteDependencies): void {
  app.openapi(openApiRoute, (c) => c.body(deps.openApiText(), 200, { 'content-type': 'application/json' }) as never);
}

/** API tokens: for pipelines and scripts. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import {
  createdTokenSchema,
  createTokenSchema,
  tokenListQuerySchema,
  tokenPageSchema,
} from '../../../core/api/identity.ts';
import type { Ports } from '../../ports/ports.ts';
import { createToken } from '../../verbs/tokens/create-token.ts';
import { listTokens } from '../../verbs/tokens/list-tokens.ts';
import { revokeToken } from '../../verbs/tokens/revoke-token.ts';
import type { Api } from '../api.ts';

const common = { tags: ['Users'] };

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/tokens',
  operationId: 'listTokens',
  summary: 'Your API tokens, or those of everybody',
  request: { query: tokenListQuerySchema },
  responses: { 200: { description: 'A page.', content: { 'application/json': { schema: tokenPageSchema } } } },
});
const createTokenRoute = createRoute({
  ...common,
  method: 'post',
  path: '/tokens',
  operationId: 'createToken',
  summary: 'Makes an API token of yours',
  request: { body: { required: true, content: { 'application/json': { schema: createTokenSchema } } } },
  responses: {
    201: {
      description: 'The token is told this once.',
      content: { 'application/json': { schema: createdTokenSchema } },
    },
  },
});
const revokeRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/tokens/{tokenId}',
  operationId: 'revokeToken',
  summary: 'Takes an API token back',
  request: { params: z.object({ tokenId: idSchema }) },
  responses: { 204: { description: 'It counts for nothing any more.' } },
});

export type TokenRouteDependencies = Pick<Ports, 'apiTokens' | 'audit' | 'nowMs'>;

export function registerTokenRoutes(app: Api, deps: TokenRouteDependencies): void {
  app.openapi(listRoute, async (c) => c.json(await listTokens(deps, c.get('actor'), c.req.valid('query')), 200));
  app.openapi(createTokenRoute, async (c) => {
    return c.json(await createToken(deps, c.get('actor'), c.req.valid('json')), 201);
  });
  app.openapi(revokeRoute, async (c) => {
    await revokeToken(deps, c.get('actor'), c.req.valid('param'));
    return c.body(null, 204);
  });
}

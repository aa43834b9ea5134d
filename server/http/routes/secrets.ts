/** Secrets that scenarios name. Their values go in, and never come out. */
import { createRoute } from '@hono/zod-openapi';
import { putSecretSchema, secretPageSchema, secretParamsSchema } from '../../../core/api/secrets.ts';
import type { Ports } from '../../ports/ports.ts';
import { deleteSecret } from '../../verbs/secrets/delete-secret.ts';
import { listSecrets } from '../../verbs/secrets/list-secrets.ts';
import { putSecret } from '../../verbs/secrets/put-secret.ts';
import type { Api } from '../api.ts';

const common = { tags: ['Secrets'] };

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/secrets',
  operationId: 'listSecrets',
  summary: 'The names of all secrets',
  responses: { 200: { description: 'All of them.', content: { 'application/json': { schema: secretPageSchema } } } },
});
const putRoute = createRoute({
  ...common,
  method: 'put',
  path: '/secrets/{name}',
  operationId: 'putSecret',
  summary: 'Stores the value of a secret',
  request: {
    params: secretParamsSchema,
    body: { required: true, content: { 'application/json': { schema: putSecretSchema } } },
  },
  responses: { 204: { description: 'It is stored. Runs that start from now on get it.' } },
});
const deleteRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/secrets/{name}',
  operationId: 'deleteSecret',
  summary: 'Deletes a secret',
  request: { params: secretParamsSchema },
  responses: { 204: { description: 'It is gone. Scenarios that name it cannot start any more.' } },
});

export type SecretRouteDependencies = Pick<Ports, 'secrets' | 'audit' | 'nowMs'>;

export function registerSecretRoutes(app: Api, deps: SecretRouteDependencies): void {
  app.openapi(listRoute, async (c) => c.json(await listSecrets(deps, c.get('actor')), 200));
  app.openapi(putRoute, async (c) => {
    await putSecret(deps, c.get('actor'), { ...c.req.valid('param'), ...c.req.valid('json') });
    return c.body(null, 204);
  });
  app.openapi(deleteRoute, async (c) => {
    await deleteSecret(deps, c.get('actor'), c.req.valid('param'));
    return c.body(null, 204);
  });
}

/**
 * The audit. Also the pattern of every resource's routes:
 *
 * - one file here, `routes/<resource>.ts`, that exports `register<Resource>Routes(app, deps)`; `routes.ts` calls it;
 * - paths without `/api`, with `{parameters}`; everything needs an actor unless `../access.ts` says otherwise;
 * - a route is a `createRoute` with `operationId`, `tags`, `summary`, schemas of `core/api/` for what comes in, and the answer of success:
 *   problems are added to the document for all of them;
 * - a handler only translates: `c.req.valid(...)` in, one verb called with its ports, the actor and the input, `c.json(..., status)` out. The verb
 *   checks who may do it and throws `LoadstarError`s; nothing is caught here. Headers of an error: throw an `HttpError`.
 * - `deps` are the few ports that the verbs need.
 */
import { createRoute } from '@hono/zod-openapi';
import { auditPageSchema, auditQuerySchema } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { listAudit } from '../../verbs/list-audit.ts';
import type { Api } from '../api.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/audit',
  operationId: 'listAudit',
  tags: ['System'],
  summary: 'Who did what, newest first',
  request: { query: auditQuerySchema },
  responses: { 200: { description: 'A page of it.', content: { 'application/json': { schema: auditPageSchema } } } },
});

export type AuditRouteDependencies = Pick<Ports, 'audit' | 'runs' | 'scenarios' | 'users'>;

export function registerAuditRoutes(app: Api, deps: AuditRouteDependencies): void {
  app.openapi(listRoute, async (c) => c.json(await listAudit(deps, c.get('actor'), c.req.valid('query')), 200));
}

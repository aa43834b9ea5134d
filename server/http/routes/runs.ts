/** Runs: started, listed, read, cancelled, deleted. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import { runListQuerySchema, runPageSchema, runResourceSchema } from '../../../core/api/runs.ts';
import { startRunSchema } from '../../../core/api/scenarios.ts';
import type { Ports } from '../../ports/ports.ts';
import { cancelRun } from '../../verbs/cancel-run.ts';
import { deleteRun } from '../../verbs/delete-run.ts';
import { type DescribePorts, describeRun } from '../../verbs/runs/describe-runs.ts';
import { listRuns } from '../../verbs/runs/list-runs.ts';
import { readRunResource } from '../../verbs/runs/read-run.ts';
import { startScenarioRun } from '../../verbs/runs/start-scenario-run.ts';
import type { PlanSettings } from '../../verbs/start-run.ts';
import type { Api } from '../api.ts';

const params = z.object({ runId: idSchema });
const one = (description: string) => ({ description, content: { 'application/json': { schema: runResourceSchema } } });
const common = { tags: ['Runs'] };

const startRoute = createRoute({
  ...common,
  method: 'post',
  path: '/scenarios/{scenarioId}/runs',
  operationId: 'startRun',
  summary: 'Starts a run of a scenario',
  request: {
    params: z.object({ scenarioId: idSchema }),
    headers: z.looseObject({
      'idempotency-key': z
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/, 'A key has 1 to 200 visible characters.')
        .optional()
        .meta({ description: 'Within 24 h, the same key answers the same run.' }),
    }),
    body: { required: false, content: { 'application/json': { schema: startRunSchema } } },
  },
  responses: { 201: one('It is queued; Location says where it is.') },
});
const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  summary: 'Runs, newest first',
  request: { query: runListQuerySchema },
  responses: { 200: { description: 'A page.', content: { 'application/json': { schema: runPageSchema } } } },
});
const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/runs/{runId}',
  operationId: 'getRun',
  summary: 'One run: its phase, its place in the queue, what it does now',
  request: { params },
  responses: { 200: one('This one.') },
});
const cancelRoute = createRoute({
  ...common,
  method: 'post',
  path: '/runs/{runId}/cancel',
  operationId: 'cancelRun',
  summary: 'Cancels a run',
  request: { params },
  responses: { 202: one('It will end; what it measured until then is reported.') },
});
const deleteRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/runs/{runId}',
  operationId: 'deleteRun',
  summary: 'Deletes a run that has ended, with all that it left',
  request: { params },
  responses: { 204: { description: 'It is gone.' } },
});

export type RunRouteDependencies = DescribePorts &
  Pick<
    Ports,
    | 'scenarios'
    | 'taskResults'
    | 'queue'
    | 'objects'
    | 'secrets'
    | 'driver'
    | 'audit'
    | 'idempotency'
    | 'runFolderAccess'
    | 'taskOffers'
    | 'nowMs'
    | 'log'
  > & {
    /** Settings of plans that a scenario does not make. */
    plan: PlanSettings;
  };

export function registerRunRoutes(app: Api, deps: RunRouteDependencies): void {
  const { plan } = deps;
  app.openapi(startRoute, async (c) => {
    const { scenarioId } = c.req.valid('param');
    const idempotencyKey = c.req.valid('header')['idempotency-key'] ?? null;
    const input = { scenarioId, placement: c.req.valid('json') ?? {}, idempotencyKey, plan };
    const run = await startScenarioRun(deps, c.get('actor'), input);
    return c.json(run, 201, { location: `/api/runs/${run.id}` });
  });
  app.openapi(listRoute, async (c) => c.json(await listRuns(deps, c.get('actor'), c.req.valid('query')), 200));
  app.openapi(readRoute, async (c) => c.json(await readRunResource(deps, c.get('actor'), c.req.valid('param')), 200));
  app.openapi(cancelRoute, async (c) => {
    const run = await cancelRun(deps, c.get('actor'), c.req.valid('param'));
    return c.json(await describeRun(deps, run), 202);
  });
  app.openapi(deleteRoute, async (c) => {
    await deleteRun(deps, c.get('actor'), c.req.valid('param'));
    return c.body(null, 204);
  });
}

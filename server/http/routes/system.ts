/** The control plane itself: whether it lives, whether it can work, which version it is. */
import { createRoute } from '@hono/zod-openapi';
import { healthSchema, type Readiness, readinessSchema, versionSchema } from '../../../core/api/system.ts';
import type { Api } from '../api.ts';
import { createReadiness, type ReadinessCheck } from '../readiness.ts';

const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  tags: ['System'],
  summary: 'Whether it lives',
  security: [],
  responses: { 200: { description: 'It does.', content: { 'application/json': { schema: healthSchema } } } },
});

const readinessContent = { 'application/json': { schema: readinessSchema } };
const readinessRoute = createRoute({
  method: 'get',
  path: '/ready',
  operationId: 'getReadiness',
  tags: ['System'],
  summary: 'Whether it can work now',
  security: [],
  responses: {
    200: { description: 'It can.', content: readinessContent },
    503: { description: 'It cannot: see which check has failed.', content: readinessContent },
  },
});

const versionRoute = createRoute({
  method: 'get',
  path: '/version',
  operationId: 'getVersion',
  tags: ['System'],
  summary: 'Which version it is',
  responses: { 200: { description: 'This one.', content: { 'application/json': { schema: versionSchema } } } },
});

export interface SystemRouteDependencies {
  /** Of Loadstar. */
  version: string;
  /** What must work, by its name. A check that throws, or takes too long, has failed. */
  readinessChecks: Readonly<Record<string, ReadinessCheck>>;
  nowMs(): number;
}

export function registerSystemRoutes(app: Api, deps: SystemRouteDependencies): void {
  const readiness: () => Promise<Readiness> = createReadiness(deps.readinessChecks, deps.nowMs);
  app.openapi(healthRoute, (c) => c.json({ status: 'ok' } as const, 200));
  app.openapi(readinessRoute, async (c) => {
    const answer = await readiness();
    return c.json(answer, answer.status === 'ready' ? 200 : 503);
  });
  app.openapi(versionRoute, (c) =>
    c.json({ name: 'loadstar', version: deps.version, node: process.versions.node } as const, 200),
  );
}

/**
 * The run folder over HTTP: all that a task on another host needs, with the token of its run (`../access.ts`: these routes look at it
 * themselves). Every answer says the control plane's time, by which tasks measure how far their clocks are off.
 */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import { askTaskAccessSchema, taskAccessSchema } from '../../../core/api/task-access.ts';
import { RUN_FOLDER_TIME_HEADER, runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { Ports } from '../../ports/ports.ts';
import { type AuthorizedRun, type AuthorizedRuns, authorizeTask } from '../../verbs/run-folder/authorize-task.ts';
import { grantTaskAccess } from '../../verbs/run-folder/grant-access.ts';
import { readRunObject } from '../../verbs/run-folder/read-object.ts';
import { readTaskSecrets } from '../../verbs/run-folder/read-secrets.ts';
import { admitRunObject, writeRunObject } from '../../verbs/run-folder/write-object.ts';
import { unauthenticated } from '../admission.ts';
import type { Api, ApiContext, ApiMiddleware } from '../api.ts';
import { bearerTokenOf } from '../authentication.ts';
import { limitBody } from '../request-body.ts';

export type RunFolderRouteDependencies = Pick<Ports, 'runs' | 'objects' | 'secrets' | 'taskAccess' | 'nowMs'>;

const ASKED_BYTES_MAX = 4 * 1024;
const tags = ['Run folders'];
const security = [{ runToken: [] }];

/** `middleware`: makes sure of the token before anything of the body is looked at. */
const accessRoute = (middleware: ApiMiddleware[]) =>
  createRoute({
    method: 'post',
    path: '/run-folders/{runId}/access',
    operationId: 'grantTaskAccess',
    tags,
    security,
    summary: 'Credentials for the run folder where it lies in S3, and the secrets of the run, for a task of the run',
    middleware,
    request: {
      params: z.object({ runId: idSchema }),
      body: { required: true, content: { 'application/json': { schema: askTaskAccessSchema } } },
    },
    responses: {
      200: {
        description: 'They hold for an hour at most.',
        content: { 'application/json': { schema: taskAccessSchema } },
      },
    },
  });

const PATTERN = '/run-folders/:runId/:path{.+}';

export function registerRunFolderRoutes(app: Api, deps: RunFolderRouteDependencies): void {
  describeRoutes(app);
  const known: AuthorizedRuns = new Map();
  const authorize = async (c: ApiContext, runId: string): Promise<AuthorizedRun> => {
    const token = bearerTokenOf(c.req.raw);
    const run = token === null ? null : await authorizeTask(deps, { runId, token, known });
    if (run === null) throw unauthenticated(c);
    return run;
  };

  app.use('/run-folders/*', async (c, next) => {
    await next();
    c.res.headers.set(RUN_FOLDER_TIME_HEADER, String(deps.nowMs()));
  });

  const withToken: ApiMiddleware = async (c, next) => {
    await authorize(c, c.req.param('runId') ?? '');
    return next();
  };
  app.openapi(accessRoute([withToken, limitBody(ASKED_BYTES_MAX)]), async (c) => {
    const { runId } = c.req.valid('param');
    c.header('cache-control', 'no-store');
    return c.json(await grantTaskAccess(deps, { runId, task: c.req.valid('json') }), 200);
  });

  app.get(PATTERN, async (c) => {
    const { runId, path } = c.req.param();
    const { regions } = await authorize(c, runId);
    if (path === runFolderPaths.secrets) {
      c.header('cache-control', 'no-store');
      return c.json(await readTaskSecrets(deps, { runId }), 200);
    }
    const { body, etag } = await readRunObject(deps, { runId, regions, path });
    const headers = { etag: `"${etag}"`, 'content-type': 'application/octet-stream' };
    if (namesEtag(c.req.header('if-none-match'), headers.etag)) return c.body(null, 304, headers);
    return c.body(new Uint8Array(body), 200, { ...headers, 'content-length': String(body.length) });
  });

  app.put(PATTERN, async (c) => {
    const { runId, path } = c.req.param();
    await authorize(c, runId);
    const { bytesMax, isImmutable } = await admitRunObject(deps, { runId, path });
    await limitBody(bytesMax)(c, async () => {
      const body = new Uint8Array(await c.req.raw.arrayBuffer());
      const etag = await writeRunObject(deps, { runId, path, body, isImmutable });
      c.res = c.body(null, 204, { etag: `"${etag}"` });
    });
    return c.res;
  });
}

function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const named = (ifNoneMatch ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return named.includes(etag) || named.includes('*');
}

/** Paths with slashes in a parameter are more than OpenAPI can say, so the routes are not made of their description. */
function describeRoutes(app: Api): void {
  const common = {
    path: '/run-folders/{runId}/{path}',
    tags,
    security,
  };
  const params = z.object({ runId: idSchema, path: z.string().min(1).meta({ description: 'May hold slashes.' }) });
  const content = { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } };
  app.openAPIRegistry.registerPath({
    ...common,
    method: 'get',
    operationId: 'readRunObject',
    summary: 'Reads an object of a run folder, for a task of the run',
    request: { params },
    responses: {
      200: { description: 'The object.', content },
      304: { description: 'It has the ETag in If-None-Match.' },
    },
  });
  app.openAPIRegistry.registerPath({
    ...common,
    method: 'put',
    operationId: 'writeRunObject',
    summary: 'Writes an object into a run folder, for a task of the run',
    request: { params, body: { required: true, content } },
    responses: { 204: { description: 'It is stored.' } },
  });
}

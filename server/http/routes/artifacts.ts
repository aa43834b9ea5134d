/** What a run's tasks left: the list, single ones, all as one zip file, and the signed downloads of what is too large for the API. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import {
  artifactListQuerySchema,
  artifactPageSchema,
  artifactUrlRequestSchema,
  artifactUrlSchema,
} from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Download, DownloadContent, SignedDownloads } from '../../ports/signed-downloads.ts';
import { listArtifacts, makeArtifactUrl, readArtifact, zipArtifacts } from '../../verbs/results/artifacts.ts';
import { exportRun } from '../../verbs/results/export-run.ts';
import { readStoredReport } from '../../verbs/results/read-stored-report.ts';
import { readContent } from '../../verbs/scenarios/file-versions.ts';
import { readScenarioFile } from '../../verbs/scenarios/read-scenario-file.ts';
import type { Api } from '../api.ts';
import { answerDownload, sendContent } from '../download-answer.ts';

const tags = ['Results'];
const params = z.object({ runId: idSchema });
/** Of the type that its name tells. */
const bytes = { '*/*': { schema: z.string().meta({ format: 'binary' }) } };
const elsewhere = { description: 'It is larger than 5 MB: it lies at the Location, for a while.' };

const listRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/artifacts',
  operationId: 'listArtifacts',
  tags,
  summary: "What a run's tasks left",
  request: { params, query: artifactListQuerySchema },
  responses: { 200: { description: 'A page of it.', content: { 'application/json': { schema: artifactPageSchema } } } },
});

const zipRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/artifacts.zip',
  operationId: 'getArtifactsZip',
  tags,
  summary: "All that a run's tasks left, as one zip file",
  request: { params },
  responses: {
    200: {
      description: 'The file.',
      content: { 'application/zip': { schema: z.string().meta({ format: 'binary' }) } },
    },
    302: elsewhere,
  },
});

const urlRoute = createRoute({
  method: 'post',
  path: '/runs/{runId}/artifact-url',
  operationId: 'makeArtifactUrl',
  tags,
  summary: 'A URL by which an artifact, or all of them as one zip, is downloaded without a token, for a while',
  request: { params, body: { required: true, content: { 'application/json': { schema: artifactUrlRequestSchema } } } },
  responses: { 200: { description: 'It.', content: { 'application/json': { schema: artifactUrlSchema } } } },
});

export type ArtifactRouteDependencies = Pick<Ports, 'runs' | 'objects' | 'scenarios' | 'nowMs' | 'log'> & {
  downloads: SignedDownloads;
};

export function registerArtifactRoutes(app: Api, deps: ArtifactRouteDependencies): void {
  describeRoutes(app);
  app.openapi(listRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    return c.json(await listArtifacts(deps, c.get('actor'), input), 200);
  });
  app.openapi(urlRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await makeArtifactUrl(deps, c.get('actor'), input), 200);
  });
  app.openapi(zipRoute, async (c) => {
    const { runId } = c.req.valid('param');
    const what = { kind: 'artifacts', runId } as const;
    const content = await contentOf(deps, c.get('actor'), what, c.req.raw.signal);
    return answerDownload(c, deps, { ...content, what }) as never;
  });
  app.get('/runs/:runId/artifacts/:path{.+}', async (c) => {
    const { runId, path } = c.req.param();
    const what = { kind: 'artifact', runId, path } as const;
    const content = await contentOf(deps, c.get('actor'), what, c.req.raw.signal);
    return answerDownload(c, deps, { ...content, what });
  });
  app.get('/downloads/:signed', async (c) => {
    const download = deps.downloads.read(c.req.param('signed'), deps.nowMs());
    if (download === null) {
      throw new LoadstarError(
        'forbidden',
        'The URL is not one that was given here, or its time is over: ask for it again.',
      );
    }
    return sendContent(c, deps, await contentOf(deps, download.actor, download.what, c.req.raw.signal));
  });
}

async function contentOf(
  deps: ArtifactRouteDependencies,
  actor: Actor,
  what: Download['what'],
  signal: AbortSignal,
): Promise<DownloadContent> {
  switch (what.kind) {
    case 'report':
      return { name: 'report.json', ...(await readStoredReport(deps, actor, what)) };
    case 'artifact':
      return { name: what.path, ...(await readArtifact(deps, actor, what)) };
    case 'artifacts':
      return zipArtifacts(deps, actor, what);
    case 'page':
      return exportRun(deps, actor, what, signal);
    case 'scenario-file':
      return { name: what.path, ...(await readScenarioFile(deps, actor, what)) };
    case 'scenario-content':
      return readContent(deps, actor, what);
  }
}

/** Paths with slashes in a parameter are more than OpenAPI can say, so these routes are not made of their description. */
function describeRoutes(app: Api): void {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/runs/{runId}/artifacts/{path}',
    operationId: 'getArtifact',
    tags,
    summary: 'Something that a task left',
    request: { params: params.extend({ path: z.string().min(1).meta({ description: 'May hold slashes.' }) }) },
    responses: { 200: { description: 'It.', content: bytes }, 302: elsewhere },
  });
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/downloads/{signed}',
    operationId: 'download',
    tags,
    summary: 'What a Location led to',
    security: [],
    request: { params: z.object({ signed: z.string() }) },
    responses: { 200: { description: 'It.', content: bytes } },
  });
}

/** The files that scenarios name: bodies, data, scripts. Those too large for the API come through an upload URL. */
import { createRoute, z } from '@hono/zod-openapi';
import { filePathSchema, idSchema } from '../../../core/api/common.ts';
import {
  scenarioFilePageSchema,
  scenarioFileSchema,
  uploadUrlRequestSchema,
  uploadUrlSchema,
} from '../../../core/api/scenarios.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SignedDownloads } from '../../ports/signed-downloads.ts';
import type { SignedUploads } from '../../ports/signed-uploads.ts';
import { deleteScenarioFile } from '../../verbs/scenarios/delete-scenario-file.ts';
import { listScenarioFiles } from '../../verbs/scenarios/list-scenario-files.ts';
import { makeUploadUrl } from '../../verbs/scenarios/make-upload-url.ts';
import { putScenarioFile } from '../../verbs/scenarios/put-scenario-file.ts';
import { readScenarioFile } from '../../verbs/scenarios/read-scenario-file.ts';
import type { Api } from '../api.ts';
import { answerDownload } from '../download-answer.ts';
import { restOfPathRoute } from '../rest-of-path.ts';

const params = z.object({ scenarioId: idSchema, path: filePathSchema });
const bytes = { schema: { type: 'string' as const, format: 'binary' } };
const binary = { 'application/octet-stream': bytes };
const anyType = { '*/*': bytes };
const common = { tags: ['Scenario files'] };
const fileAnswer = (description: string) => ({
  description,
  content: { 'application/json': { schema: scenarioFileSchema } },
});

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/scenarios/{scenarioId}/files',
  operationId: 'listScenarioFiles',
  summary: 'The files that a scenario has',
  request: { params: z.object({ scenarioId: idSchema }) },
  responses: {
    200: { description: 'All of them.', content: { 'application/json': { schema: scenarioFilePageSchema } } },
  },
});

export type ScenarioFileRouteDependencies = Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs' | 'log'> & {
  uploads: SignedUploads;
  downloads: SignedDownloads;
};

export function registerScenarioFileRoutes(app: Api, deps: ScenarioFileRouteDependencies): void {
  app.openapi(listRoute, async (c) => c.json(await listScenarioFiles(deps, c.get('actor'), c.req.valid('param')), 200));
  registerUploadUrls(app, deps);
  registerFiles(app, deps);
}

function registerUploadUrls(app: Api, deps: ScenarioFileRouteDependencies): void {
  const route = restOfPathRoute(app, {
    ...common,
    method: 'post',
    path: '/scenarios/{scenarioId}/files/{path}/upload-url',
    operationId: 'makeUploadUrl',
    summary: 'A URL for a file that is too large for the API',
    request: { params, body: { required: true, content: { 'application/json': { schema: uploadUrlRequestSchema } } } },
    responses: {
      200: {
        description: 'Where the file can be put, once or again, until it expires. It needs no token.',
        content: { 'application/json': { schema: uploadUrlSchema } },
      },
    },
  });
  app.openapi(route, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await makeUploadUrl(deps, c.get('actor'), input), 200);
  });
}

function registerFiles(app: Api, deps: ScenarioFileRouteDependencies): void {
  const path = '/scenarios/{scenarioId}/files/{path}';
  const readRoute = restOfPathRoute(app, {
    ...common,
    method: 'get',
    path,
    operationId: 'getScenarioFile',
    summary: 'A file of a scenario',
    request: { params },
    responses: {
      200: { description: 'Its bytes, of the type that its name tells.', content: anyType },
      302: { description: 'It is larger than 5 MB: it lies at the Location, for a while.' },
    },
  });
  app.openapi(readRoute, async (c) => {
    const { path, scenarioId } = c.req.valid('param');
    const found = await readScenarioFile(deps, c.get('actor'), { scenarioId, path });
    const what = { kind: 'scenario-file', scenarioId, path } as const;
    return answerDownload(c, deps, { ...found, what, name: path }) as never;
  });
  const putRoute = restOfPathRoute(app, {
    ...common,
    method: 'put',
    path,
    operationId: 'putScenarioFile',
    summary: 'Stores a file of a scenario, in place of the one there was',
    request: { params, body: { required: true, content: binary } },
    responses: { 200: fileAnswer('It is replaced.'), 201: fileAnswer('It is new.') },
  });
  app.openapi(putRoute, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { file, isNew } = await putScenarioFile(deps, c.get('actor'), {
      ...c.req.valid('param'),
      body,
      sizeBytes: body.length,
    });
    return c.json(file, isNew ? 201 : 200);
  });
  const deleteRoute = restOfPathRoute(app, {
    ...common,
    method: 'delete',
    path,
    operationId: 'deleteScenarioFile',
    summary: 'Deletes a file of a scenario',
    request: { params },
    responses: { 204: { description: 'It is gone.' } },
  });
  app.openapi(deleteRoute, async (c) => {
    await deleteScenarioFile(deps, c.get('actor'), c.req.valid('param'));
    return c.body(null, 204);
  });
}

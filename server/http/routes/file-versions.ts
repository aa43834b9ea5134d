/** Earlier versions of the files of scenarios. */
import { createRoute, z } from '@hono/zod-openapi';
import { filePathSchema, idSchema } from '../../../core/api/common.ts';
import {
  contentHashSchema,
  fileVersionPageSchema,
  restoreFileSchema,
  scenarioFileSchema,
} from '../../../core/api/scenarios.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SignedDownloads } from '../../ports/signed-downloads.ts';
import { listFileVersions, readContent, restoreFile } from '../../verbs/scenarios/file-versions.ts';
import type { Api } from '../api.ts';
import { answerDownload } from '../download-answer.ts';
import { restOfPathRoute } from '../rest-of-path.ts';

const common = { tags: ['Scenario files'] };
const params = z.object({ scenarioId: idSchema, path: filePathSchema });
const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

const contentRoute = createRoute({
  ...common,
  method: 'get',
  path: '/scenarios/{scenarioId}/contents/{sha256}',
  operationId: 'getScenarioContent',
  summary: 'What a file of a scenario holds, or held once',
  request: { params: z.object({ scenarioId: idSchema, sha256: contentHashSchema }) },
  responses: {
    200: {
      description: 'Its bytes, of the type that its name tells.',
      content: { '*/*': { schema: { type: 'string' as const, format: 'binary' } } },
    },
    302: { description: 'It is larger than 5 MB: it lies at the Location, for a while.' },
  },
});

export type FileVersionRouteDependencies = Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs' | 'log'> & {
  downloads: SignedDownloads;
};

export function registerFileVersionRoutes(app: Api, deps: FileVersionRouteDependencies): void {
  const path = '/scenarios/{scenarioId}/file-versions/{path}';
  const listRoute = restOfPathRoute(app, {
    ...common,
    method: 'get',
    path,
    operationId: 'listFileVersions',
    summary: 'What a file of a scenario holds and held, newest first',
    request: { params },
    responses: { 200: { description: 'All of it that is kept.', content: json(fileVersionPageSchema) } },
  });
  app.openapi(listRoute, async (c) => c.json(await listFileVersions(deps, c.get('actor'), c.req.valid('param')), 200));
  const restoreRoute = restOfPathRoute(app, {
    ...common,
    method: 'post',
    path,
    operationId: 'restoreFile',
    summary: 'Makes an earlier version of a file, or a deleted one, the file again',
    request: { params, body: { required: true, content: json(restoreFileSchema) } },
    responses: { 200: { description: 'The file.', content: json(scenarioFileSchema) } },
  });
  app.openapi(restoreRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await restoreFile(deps, c.get('actor'), input), 200);
  });
  app.openapi(contentRoute, async (c) => {
    const { scenarioId, sha256 } = c.req.valid('param');
    const content = await readContent(deps, c.get('actor'), { scenarioId, sha256 });
    return answerDownload(c, deps, { ...content, what: { kind: 'scenario-content', scenarioId, sha256 } }) as never;
  });
}

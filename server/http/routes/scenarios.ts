/** Scenarios: the Taurus file itself goes in, as YAML or JSON, and is kept as it was written. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import {
  copyScenarioSchema,
  documentWithFilesQuerySchema,
  planPreviewSchema,
  type ScenarioResource,
  scenarioDocumentQuerySchema,
  scenarioListQuerySchema,
  scenarioPageSchema,
  scenarioResourceSchema,
  validationSchema,
} from '../../../core/api/scenarios.ts';
import type { Ports } from '../../ports/ports.ts';
import { copyScenario } from '../../verbs/scenarios/copy-scenario.ts';
import { createScenario } from '../../verbs/scenarios/create-scenario.ts';
import { deleteScenario } from '../../verbs/scenarios/delete-scenario.ts';
import { listScenarios } from '../../verbs/scenarios/list-scenarios.ts';
import { previewDocument, previewStoredScenario } from '../../verbs/scenarios/preview-scenario.ts';
import { readStoredScenario } from '../../verbs/scenarios/read-scenario.ts';
import { replaceScenario } from '../../verbs/scenarios/replace-scenario.ts';
import { validateScenario } from '../../verbs/scenarios/validate-scenario.ts';
import type { PlanSettings } from '../../verbs/start-run.ts';
import type { Api, ApiContext } from '../api.ts';
import { etagOf, ifMatchOf } from '../etags.ts';
import { documentBody, readDocumentBody } from './scenario-documents.ts';

const body = documentBody;
const params = z.object({ scenarioId: idSchema });
const etag = z.object({ ETag: z.string().meta({ description: 'Its version, for If-Match.' }) });
const ifMatch = (isRequired: boolean) => {
  const description = 'The ETag of the version that is meant.';
  return z.looseObject({
    'if-match': isRequired ? z.string().meta({ description }) : z.string().optional().meta({ description }),
  });
};
const one = (description: string) => ({
  description,
  headers: etag,
  content: { 'application/json': { schema: scenarioResourceSchema } },
});
const preview = { description: 'What would run.', content: { 'application/json': { schema: planPreviewSchema } } };
const common = { tags: ['Scenarios'] };

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/scenarios',
  operationId: 'listScenarios',
  summary: 'Scenarios by name and tags, in any order',
  request: { query: scenarioListQuerySchema },
  responses: { 200: { description: 'A page.', content: { 'application/json': { schema: scenarioPageSchema } } } },
});
const createScenarioRoute = createRoute({
  ...common,
  method: 'post',
  path: '/scenarios',
  operationId: 'createScenario',
  summary: 'Stores a new scenario',
  request: { query: scenarioDocumentQuerySchema, body },
  responses: { 201: one('It is stored; Location says where.') },
});
const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/scenarios/{scenarioId}',
  operationId: 'getScenario',
  summary: 'One scenario, as it was written and as it was understood',
  request: { params },
  responses: { 200: one('This one.') },
});
const replaceRoute = createRoute({
  ...common,
  method: 'put',
  path: '/scenarios/{scenarioId}',
  operationId: 'replaceScenario',
  summary: 'Replaces its document, from the version that If-Match names',
  request: { params, query: scenarioDocumentQuerySchema, body, headers: ifMatch(false) },
  responses: { 200: one('It is replaced.') },
});
const deleteRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/scenarios/{scenarioId}',
  operationId: 'deleteScenario',
  summary: 'Deletes it with its files; its runs stay',
  request: { params, headers: ifMatch(false) },
  responses: { 204: { description: 'It is gone.' } },
});
const copyRoute = createRoute({
  ...common,
  method: 'post',
  path: '/scenarios/{scenarioId}/copy',
  operationId: 'copyScenario',
  summary: 'Copies it with its files',
  request: { params, body: { required: false, content: { 'application/json': { schema: copyScenarioSchema } } } },
  responses: { 201: one('The copy; Location says where.') },
});
const validateRoute = createRoute({
  ...common,
  method: 'post',
  path: '/scenarios/validate',
  operationId: 'validateScenario',
  summary: 'What is wrong with a document; nothing is stored',
  request: { query: documentWithFilesQuerySchema, body },
  responses: {
    200: { description: 'Whether it is valid.', content: { 'application/json': { schema: validationSchema } } },
  },
});
const previewDocumentRoute = createRoute({
  ...common,
  method: 'post',
  path: '/scenarios/preview',
  operationId: 'previewDocument',
  summary: 'What a document would run; nothing is stored',
  request: { query: documentWithFilesQuerySchema, body },
  responses: { 200: preview },
});
const previewRoute = createRoute({
  ...common,
  method: 'get',
  path: '/scenarios/{scenarioId}/preview',
  operationId: 'previewScenario',
  summary: 'What it would run: users and rates over time, per task',
  request: { params },
  responses: { 200: preview },
});

export type ScenarioRouteDependencies = Pick<
  Ports,
  'scenarios' | 'runs' | 'objects' | 'launcher' | 'taskOffers' | 'audit' | 'nowMs' | 'log'
> & {
  /** Settings of plans that a scenario does not make. */
  plan: PlanSettings;
};

export function registerScenarioRoutes(app: Api, deps: ScenarioRouteDependencies): void {
  const { plan } = deps;
  app.openapi(listRoute, async (c) => {
    const { tag = [], ...query } = c.req.valid('query');
    return c.json(await listScenarios(deps, c.get('actor'), { ...query, tags: [tag].flat() }), 200);
  });
  app.openapi(createScenarioRoute, async (c) => {
    const document = { ...(await readDocumentBody(c)), ...c.req.valid('query'), plan };
    return answerNew(c, await createScenario(deps, c.get('actor'), document));
  });
  app.openapi(validateRoute, async (c) => {
    const document = { ...(await readDocumentBody(c)), ...c.req.valid('query') };
    return c.json(await validateScenario(deps, c.get('actor'), { ...document, plan }), 200);
  });
  app.openapi(previewDocumentRoute, async (c) => {
    const document = { ...(await readDocumentBody(c)), ...c.req.valid('query') };
    return c.json(await previewDocument(deps, c.get('actor'), { ...document, plan }), 200);
  });
  app.openapi(readRoute, async (c) => {
    const scenario = await readStoredScenario(deps, c.get('actor'), c.req.valid('param'));
    return c.json(scenario, 200, { etag: etagOf(scenario.version) });
  });
  app.openapi(replaceRoute, async (c) => {
    const versions = ifMatchOf(c, { isRequired: true });
    const document = { ...(await readDocumentBody(c)), ...c.req.valid('query') };
    const input = { ...document, ...c.req.valid('param'), versions, plan };
    const scenario = await replaceScenario(deps, c.get('actor'), input);
    return c.json(scenario, 200, { etag: etagOf(scenario.version) });
  });
  app.openapi(deleteRoute, async (c) => {
    const versions = ifMatchOf(c, { isRequired: false });
    await deleteScenario(deps, c.get('actor'), { ...c.req.valid('param'), versions });
    return c.body(null, 204);
  });
  app.openapi(copyRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...(c.req.valid('json') ?? {}), plan };
    return answerNew(c, await copyScenario(deps, c.get('actor'), input));
  });
  app.openapi(previewRoute, async (c) =>
    c.json(await previewStoredScenario(deps, c.get('actor'), { ...c.req.valid('param'), plan }), 200),
  );
}

function answerNew(c: ApiContext, scenario: ScenarioResource) {
  const headers = { etag: etagOf(scenario.version), location: `/api/scenarios/${scenario.id}` };
  return c.json(scenario, 201, headers);
}

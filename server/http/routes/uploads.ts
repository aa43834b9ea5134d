/** Uploads: where they are put, and the scenarios that are made of them. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import { type ScenarioResource, scenarioResourceSchema } from '../../../core/api/scenarios.ts';
import {
  createFromUploadSchema,
  makeUploadSchema,
  replaceScriptSchema,
  uploadSchema,
} from '../../../core/api/uploads.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SignedUploads, Upload } from '../../ports/signed-uploads.ts';
import { putScenarioFile } from '../../verbs/scenarios/put-scenario-file.ts';
import type { PlanSettings } from '../../verbs/start-run.ts';
import { completeUpload } from '../../verbs/uploads/complete-upload.ts';
import { createFromUpload } from '../../verbs/uploads/create-from-upload.ts';
import { replaceScript } from '../../verbs/uploads/replace-script.ts';
import { makeUpload, storeUpload } from '../../verbs/uploads/uploads.ts';
import type { Api, ApiContext } from '../api.ts';
import { etagOf, ifMatchOf } from '../etags.ts';
import { limitBody } from '../request-body.ts';

const tags = ['Uploads'];
const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const one = (description: string) => ({
  description,
  headers: z.object({ ETag: z.string().meta({ description: 'Its version, for If-Match.' }) }),
  content: json(scenarioResourceSchema),
});

const makeRoute = createRoute({
  method: 'post',
  path: '/uploads',
  operationId: 'makeUpload',
  tags,
  summary: 'A URL for a script, or an archive, that a scenario will be made of',
  request: { body: { required: true, content: json(makeUploadSchema) } },
  responses: {
    201: {
      description: 'Where it can be put, once or again, until it expires. It needs no token.',
      content: json(uploadSchema),
    },
  },
});

const createFromUploadRoute = createRoute({
  method: 'post',
  path: '/scenarios/from-script',
  operationId: 'createFromUpload',
  tags,
  summary: 'Makes a scenario of an upload',
  request: { body: { required: true, content: json(createFromUploadSchema) } },
  responses: { 201: one('It is stored, with its files; Location says where.') },
});

const replaceScriptRoute = createRoute({
  method: 'put',
  path: '/scenarios/{scenarioId}/script',
  operationId: 'replaceScript',
  tags,
  summary: 'Replaces the script of a scenario by an upload; what it ran before is kept as an earlier version',
  request: {
    params: z.object({ scenarioId: idSchema }),
    headers: z.looseObject({
      'if-match': z.string().optional().meta({ description: 'The ETag of the version that is meant.' }),
    }),
    body: { required: true, content: json(replaceScriptSchema) },
  },
  responses: { 200: one('It is replaced.') },
});

export type UploadRouteDependencies = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs' | 'log'> & {
  uploads: SignedUploads;
  /** Settings of plans that a scenario does not make. */
  plan: PlanSettings;
};

export function registerUploadRoutes(app: Api, deps: UploadRouteDependencies): void {
  const { plan } = deps;
  app.openapi(makeRoute, async (c) => c.json(await makeUpload(deps, c.get('actor'), c.req.valid('json')), 201));
  app.openapi(createFromUploadRoute, async (c) => {
    const scenario = await createFromUpload(deps, c.get('actor'), { ...c.req.valid('json'), plan });
    const headers = { etag: etagOf(scenario.version), location: `/api/scenarios/${scenario.id}` };
    return c.json<ScenarioResource, 201>(scenario, 201, headers);
  });
  app.openapi(replaceScriptRoute, async (c) => {
    const versions = ifMatchOf(c, { isRequired: false });
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), versions, plan };
    const scenario = await replaceScript(deps, c.get('actor'), input);
    return c.json<ScenarioResource, 200>(scenario, 200, { etag: etagOf(scenario.version) });
  });
  registerSignedUploads(app, deps);
}

/** Behind the upload URLs: no part of the description, as the URLs of any other object store would not be. */
function registerSignedUploads(app: Api, deps: UploadRouteDependencies): void {
  app.put('/uploads/:signed', limitBody(limits.uploadBytesMax), async (c) => {
    const upload = uploadOf(deps, c.req.param('signed'));
    const { actor, sizeBytes, to } = upload;
    const body = bodyOf(c, upload);
    if (to.kind === 'upload') {
      await storeUpload(deps, actor, { uploadId: to.uploadId, body });
      return c.body(null, 204);
    }
    const { file, isNew } = await putScenarioFile(deps, actor, { ...to, body, sizeBytes });
    return c.json(file, isNew ? 201 : 200);
  });
  app.post('/uploads/:signed/complete', async (c) => {
    const completed = await completeUpload(deps, uploadOf(deps, c.req.param('signed')));
    return completed === null ? c.body(null, 204) : c.json(completed.file, completed.isNew ? 201 : 200);
  });
}

function uploadOf({ nowMs, uploads }: UploadRouteDependencies, signed: string): Upload {
  const upload = uploads.read(signed, nowMs());
  if (upload !== null) return upload;
  throw new LoadstarError('forbidden', 'The upload URL is not valid, or not any more: ask for a new one.');
}

function bodyOf(c: ApiContext, { sizeBytes }: Upload): AsyncGenerator<Uint8Array> {
  const length = c.req.header('content-length');
  if (length !== undefined && Number(length) !== sizeBytes) throw wrongSize(sizeBytes);
  return exactly(sizeBytes, c.req.raw.body);
}

/** The pieces of a body that has to be so large: an error instead of the end when it is not, or breaks off. */
async function* exactly(sizeBytes: number, body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of body ?? []) {
      bytes += piece.length;
      if (bytes > sizeBytes) break;
      yield piece;
    }
  } catch (cause) {
    throw new LoadstarError('request_invalid', 'The upload broke off.', { cause });
  }
  if (bytes !== sizeBytes) throw wrongSize(sizeBytes);
}

function wrongSize(sizeBytes: number): LoadstarError {
  return new LoadstarError('request_invalid', `The upload URL is for a file of exactly ${sizeBytes} bytes.`);
}

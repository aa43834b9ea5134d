/** The API as functions. Their answers are checked against the API's own schemas; their errors are `Http`'s. */
import {
  type ChangeUser,
  type CreateToken,
  createdTokenSchema,
  type InviteUser,
  invitedUserSchema,
  issuedLinkSchema,
  meSchema,
  tokenPageSchema,
  userPageSchema,
  userResourceSchema,
} from '../../core/api/identity.ts';
import { artifactPageSchema, reportResourceSchema, runPageSchema, runResourceSchema } from '../../core/api/runs.ts';
import {
  type ScenarioFormat,
  type ScenarioResource,
  type StartRun,
  scenarioFileSchema,
  scenarioPageSchema,
  scenarioResourceSchema,
  uploadUrlSchema,
} from '../../core/api/scenarios.ts';
import { secretPageSchema } from '../../core/api/secrets.ts';
import { regionPageSchema, versionSchema } from '../../core/api/system.ts';
import { type CreateFromUpload, type ReplaceScript, uploadSchema } from '../../core/api/uploads.ts';
import { limits } from '../../core/limits.ts';
import type { ApiRequest, Http } from './http.ts';

const UPLOAD_TIMEOUT_MS = 600_000;

/** Without what only a server of the same version can be held to: the scenario in full. */
const scenarioAnswerSchema = scenarioResourceSchema.omit({ scenario: true });

export interface ScenarioDocument {
  text: string;
  format: ScenarioFormat;
  /** What it is called when it does not say itself. */
  name: string;
}

/** What a list is asked for; null: not asked for. */
export interface ScenarioListQuery {
  search?: string | null;
  tag?: readonly string[];
  sort?: string | null;
  limit?: number | null;
  cursor?: string | null;
}

export interface RunListQuery {
  scenarioId?: string | null;
  phase?: string | null;
  limit?: number | null;
  cursor?: string | null;
}

export type ApiClient = ReturnType<typeof createApiClient>;

export function createApiClient(http: Http) {
  return {
    server: http.server,
    clockDifferenceMs: () => http.clockDifferenceMs(),
    version: () => http.json(versionSchema, '/version'),
    listRegions: () => http.json(regionPageSchema, '/regions'),
    ...scenarioCalls(http),
    ...runCalls(http),
    ...userCalls(http),
    ...secretCalls(http),
  };
}

interface PageQuery {
  limit?: number | null;
  cursor?: string | null;
}

function userCalls(http: Http) {
  return {
    me: () => http.json(meSchema, '/me'),
    listUsers: (query: PageQuery) => http.json(userPageSchema, '/users', { query: { ...query } }),
    inviteUser: (json: InviteUser) => http.json(invitedUserSchema, '/users', { method: 'POST', json }),
    changeUser: (id: string, json: ChangeUser) =>
      http.json(userResourceSchema, `/users/${part(id)}`, { method: 'PATCH', json }),
    deleteUser: (id: string) => http.done(`/users/${part(id)}`, { method: 'DELETE' }),
    makeSignInLink: (id: string) => http.json(issuedLinkSchema, `/users/${part(id)}/sign-in-link`, { method: 'POST' }),
    listTokens: (query: PageQuery & { of: 'me' | 'everybody' }) =>
      http.json(tokenPageSchema, '/tokens', { query: { ...query } }),
    createToken: (json: CreateToken) => http.json(createdTokenSchema, '/tokens', { method: 'POST', json }),
    revokeToken: (id: string) => http.done(`/tokens/${part(id)}`, { method: 'DELETE' }),
  };
}

function secretCalls(http: Http) {
  return {
    listSecrets: () => http.json(secretPageSchema, '/secrets'),
    putSecret: (name: string, value: string) => http.done(`/secrets/${part(name)}`, { method: 'PUT', json: { value } }),
    deleteSecret: (name: string) => http.done(`/secrets/${part(name)}`, { method: 'DELETE' }),
  };
}

function scenarioCalls(http: Http) {
  const scenario = async (path: string, request: ApiRequest = {}) =>
    (await http.json(scenarioAnswerSchema, path, request)) as ScenarioResource;
  const sent = ({ text, format, name }: ScenarioDocument) => ({
    query: { name },
    headers: { 'content-type': format === 'json' ? 'application/json' : 'application/yaml' },
    body: text,
  });
  return {
    listScenarios: ({ search, tag, sort, limit, cursor }: ScenarioListQuery) =>
      http.json(scenarioPageSchema, '/scenarios', { query: { search, tag, sort, limit, cursor } }),
    getScenario: (id: string) => scenario(`/scenarios/${part(id)}`),
    createScenario: (document: ScenarioDocument) => scenario('/scenarios', { method: 'POST', ...sent(document) }),
    /** Throws `version_mismatch` when it is not at this version any more. */
    replaceScenario: (id: string, version: number, document: ScenarioDocument) => {
      const { query, headers, body } = sent(document);
      const condition = { 'if-match': `"${version}"` };
      return scenario(`/scenarios/${part(id)}`, { method: 'PUT', query, headers: { ...headers, ...condition }, body });
    },
    copyScenario: (id: string, name: string | null) =>
      scenario(`/scenarios/${part(id)}/copy`, { method: 'POST', json: name === null ? {} : { name } }),
    deleteScenario: (id: string) => http.done(`/scenarios/${part(id)}`, { method: 'DELETE' }),
    /** However large it is: what is too large for the API goes to an upload URL. */
    async putFile(id: string, path: string, body: Uint8Array): Promise<void> {
      const to = `/scenarios/${part(id)}/files/${path.split('/').map(part).join('/')}`;
      if (body.length <= limits.apiBodyBytesMax) {
        const headers = { 'content-type': 'application/octet-stream' };
        await http.json(scenarioFileSchema, to, { method: 'PUT', headers, body, timeoutMs: UPLOAD_TIMEOUT_MS });
        return;
      }
      const json = { sizeBytes: body.length };
      const { url, headers, completeUrl } = await http.json(uploadUrlSchema, `${to}/upload-url`, {
        method: 'POST',
        json,
      });
      await http.putTo(url, headers, body, UPLOAD_TIMEOUT_MS);
      if (completeUrl !== null) await http.postTo(completeUrl, UPLOAD_TIMEOUT_MS);
    },
    /** Sends what a scenario will be made of; answers the upload's id. */
    async upload(body: Blob): Promise<string> {
      const json = { sizeBytes: body.size };
      const { id, url, headers, completeUrl } = await http.json(uploadSchema, '/uploads', { method: 'POST', json });
      await http.putTo(url, headers, body, UPLOAD_TIMEOUT_MS);
      if (completeUrl !== null) await http.postTo(completeUrl, UPLOAD_TIMEOUT_MS);
      return id;
    },
    createFromUpload: (json: CreateFromUpload) =>
      scenario('/scenarios/from-script', { method: 'POST', json, timeoutMs: UPLOAD_TIMEOUT_MS }),
    replaceScript: (id: string, json: ReplaceScript) =>
      scenario(`/scenarios/${part(id)}/script`, { method: 'PUT', json, timeoutMs: UPLOAD_TIMEOUT_MS }),
  };
}

function runCalls(http: Http) {
  return {
    /** The same key again answers the same run. */
    startRun: (scenarioId: string, placement: StartRun, idempotencyKey: string) =>
      http.json(runResourceSchema, `/scenarios/${part(scenarioId)}/runs`, {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        json: placement,
      }),
    listRuns: ({ scenarioId, phase, limit, cursor }: RunListQuery) =>
      http.json(runPageSchema, '/runs', { query: { scenarioId, phase, limit, cursor } }),
    getRun: (id: string) => http.json(runResourceSchema, `/runs/${part(id)}`),
    cancelRun: (id: string) => http.json(runResourceSchema, `/runs/${part(id)}/cancel`, { method: 'POST' }),
    deleteRun: (id: string) => http.done(`/runs/${part(id)}`, { method: 'DELETE' }),
    getReport: (id: string) => http.json(reportResourceSchema, `/runs/${part(id)}/report`, { isDownload: true }),
    listArtifacts: (id: string, cursor: string | null) =>
      http.json(artifactPageSchema, `/runs/${part(id)}/artifacts`, { query: { limit: limits.pageItemsMax, cursor } }),
    readArtifact: (id: string, path: string) =>
      http.stream(`/runs/${part(id)}/artifacts/${path.split('/').map(part).join('/')}`, { isDownload: true }),
    readArtifactsZip: (id: string) => http.stream(`/runs/${part(id)}/artifacts.zip`, { isDownload: true }),
  };
}

/** One part of a path: never `.` or `..`, which a URL would resolve. */
function part(text: string): string {
  return text === '.' || text === '..' ? text.replaceAll('.', '%252E') : encodeURIComponent(text);
}

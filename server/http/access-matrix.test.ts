/** Who may call what: every route there is, with every kind of token. */
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role, roles } from '../../core/api/identity.ts';
import type { Actor } from '../../core/api/system.ts';
import { createMemoryStores } from '../adapters/memory/memory-stores.ts';
import { createOwnVerifier } from '../identity/jwt-verifier.ts';
import { makeIdentityKeys, publicKeysOf } from '../identity/keys.ts';
import { sampleUser } from '../ports/fixtures/sample-users.ts';
import { hashToken, newToken } from '../security/token.ts';
import { createToken } from '../verbs/tokens/create-token.ts';
import { createAuthentication } from './authentication.ts';
import { startServer, type TestServer } from './fixtures/start-server.ts';

const ISSUER = 'https://loadstar.example/oidc';
const AUDIENCE = 'urn:loadstar:api';
const keys = makeIdentityKeys();
const stores = createMemoryStores();
const localToken = newToken('lsl');
let server: TestServer;
/** Of API tokens, by the role of the token. */
const apiTokens = new Map<string, string>();

const yaml =
  'execution: [{concurrency: 1, iterations: 1, scenario: a}]\nscenarios: {a: {requests: ["http://127.0.0.1/"]}}';
const asJson = (value: unknown) => ({ type: 'application/json', body: JSON.stringify(value) });
const asYaml = { type: 'application/yaml', body: yaml };

type Needs = Role | 'nobody' | 'own';

/** What each route needs, and a body that it would take. A route that is not here is one that nobody has thought about. */
const routes: Record<string, { needs: Needs; type?: string; body?: string }> = {
  'GET /api/scenarios': { needs: 'viewer' },
  'POST /api/scenarios': { needs: 'editor', ...asYaml },
  'POST /api/scenarios/validate': { needs: 'viewer', ...asYaml },
  'POST /api/scenarios/preview': { needs: 'viewer', ...asYaml },
  'POST /api/scenarios/try': { needs: 'editor', ...asYaml },
  'GET /api/scenarios/:scenarioId': { needs: 'viewer' },
  'PUT /api/scenarios/:scenarioId': { needs: 'editor', ...asYaml },
  'DELETE /api/scenarios/:scenarioId': { needs: 'editor' },
  'POST /api/scenarios/:scenarioId/copy': { needs: 'editor' },
  'GET /api/scenarios/:scenarioId/preview': { needs: 'viewer' },
  'GET /api/scenarios/:scenarioId/files': { needs: 'viewer' },
  'POST /api/scenarios/:scenarioId/files/:path{.+}/upload-url': { needs: 'editor', ...asJson({ sizeBytes: 1 }) },
  'GET /api/scenarios/:scenarioId/files/:path{.+}': { needs: 'viewer' },
  'PUT /api/scenarios/:scenarioId/files/:path{.+}': { needs: 'editor', body: 'a', type: 'application/octet-stream' },
  'DELETE /api/scenarios/:scenarioId/files/:path{.+}': { needs: 'editor' },
  'GET /api/scenarios/:scenarioId/file-versions/:path{.+}': { needs: 'viewer' },
  'POST /api/scenarios/:scenarioId/file-versions/:path{.+}': { needs: 'editor', ...asJson({ sha256: 'a'.repeat(64) }) },
  'GET /api/scenarios/:scenarioId/contents/:sha256': { needs: 'viewer' },
  'POST /api/uploads': { needs: 'editor', ...asJson({ sizeBytes: 1 }) },
  'POST /api/scenarios/from-script': { needs: 'editor', ...asJson({ uploadId: 'none', fileName: 'a.js' }) },
  'PUT /api/scenarios/:scenarioId/script': { needs: 'editor', ...asJson({ uploadId: 'none', fileName: 'a.js' }) },
  'POST /api/uploads/:signed/complete': { needs: 'own' },
  'PUT /api/uploads/:signed': { needs: 'own', body: 'a', type: 'application/octet-stream' },
  'POST /api/scenarios/:scenarioId/runs': { needs: 'editor' },
  'GET /api/runs': { needs: 'viewer' },
  'GET /api/runs/:runId': { needs: 'viewer' },
  'DELETE /api/runs/:runId': { needs: 'editor' },
  'POST /api/runs/:runId/cancel': { needs: 'editor' },
  'GET /api/runs/:runId/report': { needs: 'viewer' },
  'GET /api/runs/:runId/series': { needs: 'viewer' },
  'GET /api/runs/:runId/distribution': { needs: 'viewer' },
  'GET /api/runs/:runId/breakdown': { needs: 'viewer' },
  'GET /api/runs/:runId/chart.png': { needs: 'viewer' },
  'GET /api/runs/:runId/export.html': { needs: 'viewer' },
  'GET /api/runs/:runId/heatmap': { needs: 'viewer' },
  'GET /api/runs/:runId/plan': { needs: 'viewer' },
  'GET /api/runs/:runId/tasks': { needs: 'viewer' },
  'GET /api/runs/:runId/tasks/:region/:task/log': { needs: 'viewer' },
  'GET /api/runs/:runId/artifacts': { needs: 'viewer' },
  'GET /api/runs/:runId/artifacts.zip': { needs: 'viewer' },
  'GET /api/runs/:runId/artifacts/:path{.+}': { needs: 'viewer' },
  'POST /api/runs/:runId/artifact-url': { needs: 'viewer', ...asJson({}) },
  'GET /api/downloads/:signed': { needs: 'own' },
  'GET /api/run-folders/:runId/:path{.+}': { needs: 'own' },
  'PUT /api/run-folders/:runId/:path{.+}': { needs: 'own' },
  'POST /api/run-folders/:runId/access': { needs: 'own', ...asJson({ region: 'eu', task: 0 }) },
  'GET /api/regions': { needs: 'viewer' },
  'GET /api/secrets': { needs: 'viewer' },
  'PUT /api/secrets/:name': { needs: 'editor', ...asJson({ value: 'long enough' }) },
  'DELETE /api/secrets/:name': { needs: 'editor' },
  'GET /api/audit': { needs: 'admin' },
  'GET /api/users': { needs: 'admin' },
  'POST /api/users': { needs: 'admin', ...asJson({ email: 'grace@example.com', role: 'viewer' }) },
  'GET /api/users/:userId': { needs: 'admin' },
  'PATCH /api/users/:userId': { needs: 'admin', ...asJson({ name: 'Grace' }) },
  'DELETE /api/users/:userId': { needs: 'admin' },
  'POST /api/users/:userId/sign-in-link': { needs: 'admin' },
  'GET /api/tokens': { needs: 'viewer' },
  'GET /api/tokens?of=everybody': { needs: 'admin' },
  'POST /api/tokens': { needs: 'viewer', ...asJson({ name: 'nightly' }) },
  'DELETE /api/tokens/:tokenId': { needs: 'viewer' },
  'GET /api/me': { needs: 'viewer' },
  'GET /api/health': { needs: 'nobody' },
  'GET /api/ready': { needs: 'nobody' },
  'GET /api/version': { needs: 'viewer' },
  'GET /api/openapi.json': { needs: 'viewer' },
  // Their own password is asked for too: see `sign-in.test.ts`.
  'POST /api/me/password': { needs: 'viewer', ...asJson({ currentPassword: 'a' }) },
  // Beside the API: for whoever wants to sign in.
  'GET /config.json': { needs: 'nobody' },
  'GET /sign-in/interaction/:question': { needs: 'nobody' },
  'POST /sign-in/interaction/:question': { needs: 'nobody' },
  'GET /sign-in/link': { needs: 'nobody' },
  'POST /sign-in/link': { needs: 'nobody' },
  'GET /sign-in/forgot': { needs: 'nobody' },
  'POST /sign-in/forgot': { needs: 'nobody' },
};

beforeAll(async () => {
  for (const role of roles) {
    await stores.users.create(sampleUser({ id: `user-${role}`, role }));
    const owner: Actor = { kind: 'user', id: 'user-admin', name: 'admin', role: 'admin', tokenId: null };
    const { token } = await createToken({ ...stores, nowMs: Date.now }, owner, { name: role, role, expiresInDays: 1 });
    apiTokens.set(role, token);
  }
  await stores.users.create(sampleUser({ id: 'user-disabled', role: 'admin', status: 'disabled' }));
  await stores.users.create(sampleUser({ id: 'user-invited', role: 'admin', status: 'invited' }));
  await stores.users.create(sampleUser({ id: 'user-out', role: 'admin', tokensValidFromMs: Date.now() + 60_000 }));
  const rules = {
    issuer: ISSUER,
    audience: AUDIENCE,
    rolesClaim: 'roles',
    roles: { viewer: [], editor: [], admin: [] },
  };
  const authenticate = createAuthentication({
    ...stores,
    nowMs: Date.now,
    verifier: createOwnVerifier(rules, publicKeysOf(keys)),
    keepsUsers: true,
    localTokenHash: hashToken(localToken),
  });
  server = await startServer({ app: { ...stores, authenticate } });
});
afterAll(() => server.close(0));

interface Claims {
  sub?: string;
  iss?: string;
  aud?: string;
  exp?: string;
  typ?: string;
  keys?: ReturnType<typeof makeIdentityKeys>;
  more?: JWTPayload;
}

async function jwt({ sub = 'user-admin', iss = ISSUER, aud = AUDIENCE, exp = '10m', typ = 'at+jwt', ...rest }: Claims) {
  const [key] = (rest.keys ?? keys).signingKeys;
  if (key === undefined) throw new Error('no key');
  return new SignJWT({ roles: ['admin'], ...rest.more })
    .setProtectedHeader({ alg: 'ES256', kid: keys.signingKeys[0]?.kid ?? '', typ })
    .setSubject(sub)
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt()
    .setExpirationTime(exp)
    .sign(await importJWK(key));
}

/** Unsigned, or signed with what everybody knows. */
function forged(header: Record<string, unknown>, signature = ''): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = { sub: 'user-admin', iss: ISSUER, aud: AUDIENCE, iat: nowSeconds, exp: nowSeconds + 600 };
  const [head, payload] = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return `${head}.${payload}.${signature}`;
}

/** Only what the router has of its own: no middleware. */
const routed = () => [
  ...new Set(server.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)),
];
const known = Object.keys(routes);
const ofApi = known.filter((route) => !['nobody', 'own'].includes(routes[route]?.needs ?? ''));

async function ask(route: string, token: string | null): Promise<{ status: number; code: string; text: string }> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_all, name) => (name === 'task' ? '0' : 'none'));
  const { type, body } = routes[route] ?? {};
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
      'if-match': '*',
    },
    body: body ?? null,
    redirect: 'manual',
  });
  const text = await answer.text();
  const code = text.startsWith('{') ? ((JSON.parse(text) as { code?: string }).code ?? '') : '';
  return { status: answer.status, code, text };
}

describe('the routes', () => {
  it('are all in the matrix, and none that there is not', () => {
    const ownPage = (route: string) => !route.includes('/oidc/') && !route.includes('*');
    expect(routed().filter(ownPage).sort()).toEqual(known.filter((route) => !route.includes('?')).sort());
  });
});

describe.each(roles)('a user who is %s', (role) => {
  it.each([
    ['has signed in', () => jwt({ sub: `user-${role}`, more: { roles: ['admin'] } })],
    ['has an API token', async () => apiTokens.get(role) ?? ''],
  ])('and %s may do what the role says, and nothing else', async (_how, tokenOf) => {
    const token = await tokenOf();
    for (const route of ofApi) {
      const needs = routes[route]?.needs as Role;
      const { status, code, text } = await ask(route, token);
      expect(text).not.toContain(token);
      const isOfUsersOnly = ['POST /api/tokens', 'POST /api/me/password'].includes(route) && token.startsWith('lst_');
      if (isOfUsersOnly) expect([route, status]).toEqual([route, route.endsWith('tokens') ? 403 : 422]);
      else if (roles.indexOf(role) < roles.indexOf(needs))
        expect([route, status, code]).toEqual([route, 403, 'forbidden']);
      else expect([route, [401, 403, 500].includes(status)], text).toEqual([route, false]);
    }
  });
});

describe('whoever may read the data folder', () => {
  it('may do everything', async () => {
    for (const route of ofApi) {
      expect([route, (await ask(route, localToken)).status]).not.toEqual([route, expect.toBeOneOf([401, 403, 500])]);
    }
  });
});

describe('a token that counts for nothing', () => {
  it.each<[string, () => Promise<string | null> | string]>([
    ['none', async () => null],
    ['an expired one', () => jwt({ exp: '-1m' })],
    ['one of another issuer', () => jwt({ iss: 'https://elsewhere.example/oidc' })],
    ['one for another audience', () => jwt({ aud: 'urn:other:api' })],
    ['one for the console (an ID token)', () => jwt({ aud: 'loadstar-console', typ: 'JWT' })],
    ['one of another type', () => jwt({ typ: 'JWT' })],
    ['one that somebody else has signed', () => jwt({ keys: makeIdentityKeys() })],
    ['one that nobody has signed', () => forged({ alg: 'none', typ: 'at+jwt' })],
    ['one that claims another algorithm', () => forged({ alg: 'HS256', typ: 'at+jwt' }, 'AAAA')],
    ['one of a user who is disabled', () => jwt({ sub: 'user-disabled' })],
    ['one of a user who is only invited', () => jwt({ sub: 'user-invited' })],
    ['one from before the user was signed out', () => jwt({ sub: 'user-out' })],
    ['one of nobody', () => jwt({ sub: 'user-nobody' })],
    ['one of the machine', () => jwt({ sub: 'local' })],
    ['an API token that there is not', () => newToken('lst')],
    ['another local token', () => newToken('lsl')],
    ['that of a run', () => newToken('lsr')],
    ['that of a link', () => newToken('lsi')],
    ['words', () => 'a.b.c'],
  ])('is %s: every route that needs one refuses it', async (_what, tokenOf) => {
    const token = await tokenOf();
    for (const route of known.filter((each) => routes[each]?.needs !== 'nobody')) {
      const { status, code, text } = await ask(route, token);
      // URLs that carry their permission say so in their own way.
      const refusal = /:signed/.test(route) ? [403, 'forbidden'] : [401, 'unauthenticated'];
      expect([route, status, code]).toEqual([route, ...refusal]);
      if (token !== null && token.length > 10) expect(text).not.toContain(token);
    }
  });

  it('is an API token whose time is over, or whose owner is disabled', async () => {
    const owner: Actor = { kind: 'user', id: 'user-disabled', name: 'disabled', role: 'admin', tokenId: null };
    const ofDisabled = await createToken({ ...stores, nowMs: Date.now }, owner, { name: 'a', expiresInDays: 1 });
    expect(await ask('GET /api/me', ofDisabled.token)).toMatchObject({ status: 401 });
    const before = () => Date.now() - 2 * 24 * 3600 * 1000;
    const over = await createToken(
      { ...stores, nowMs: before },
      { ...owner, id: 'user-admin' },
      { name: 'b', expiresInDays: 1 },
    );
    expect(await ask('GET /api/me', over.token)).toMatchObject({
      status: 401,
      text: expect.stringContaining('expired'),
    });
  });

  it('is never in the log', async () => {
    const secrets = [localToken, ...apiTokens.values(), await jwt({})];
    await Promise.all(secrets.map((token) => ask('GET /api/me', token)));
    for (const secret of secrets) expect(JSON.stringify(server.logged)).not.toContain(secret);
  });
});

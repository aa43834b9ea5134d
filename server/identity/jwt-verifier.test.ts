/** Tokens of an issuer elsewhere: a real server with its description and keys. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIssuerVerifier, type JwtRules } from './jwt-verifier.ts';

const meanings = { viewer: ['everybody'], editor: ['developers', 'performance'], admin: ['loadstar-admins'] };

let server: Server;
let issuer: string;
let asked: string[];
let described: Record<string, unknown>;
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let keys: unknown[];

beforeEach(async () => {
  asked = [];
  pair = await generateKeyPair('RS256', { extractable: true });
  keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const found =
      request.url === '/pool/.well-known/openid-configuration'
        ? described
        : request.url === '/pool/keys'
          ? { keys }
          : null;
    response.writeHead(found === null ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
  described = { issuer, jwks_uri: `${issuer}/keys` };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const rulesOf = (more: Partial<JwtRules> = {}): JwtRules => ({
  issuer,
  audience: 'client-1',
  rolesClaim: 'cognito:groups',
  roles: meanings,
  ...more,
});
const open = (more: Partial<JwtRules> = {}, jwksUrl: string | null = null) =>
  createIssuerVerifier(rulesOf(more), { jwksUrl });

function sign(claims: JWTPayload, { kid = 'one', key = pair.privateKey } = {}): Promise<string> {
  return new SignJWT({ sub: 'abc', iss: issuer, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(key);
}

describe('an access token of an issuer elsewhere', () => {
  it('says who somebody is, as Cognito writes it', async () => {
    const verifier = open();
    await verifier.check();
    const token = await sign({
      client_id: 'client-1',
      token_use: 'access',
      username: 'grace',
      'cognito:groups': ['performance'],
    });
    expect(await verifier.verify(token)).toMatchObject({ subject: 'abc', name: 'grace', role: 'editor' });
    expect(asked).toEqual(['/pool/.well-known/openid-configuration', '/pool/keys']);
  });

  it.each<[string, string, JWTPayload, string | null]>([
    ['a list', 'roles', { roles: ['everybody', 'loadstar-admins', 'developers'] }, 'admin'],
    ['a text', 'groups', { groups: 'everybody developers' }, 'editor'],
    ['a path (Keycloak)', 'realm_access.roles', { realm_access: { roles: ['everybody'] } }, 'viewer'],
    ['a URL (Auth0)', 'https://x.example/roles', { 'https://x.example/roles': ['everybody'] }, 'viewer'],
    ['nothing', 'roles', {}, null],
    ['other words', 'roles', { roles: ['admin', 'Everybody', 7, null] }, null],
    ['a number', 'roles', { roles: 7 }, null],
    ['what all objects have', 'constructor.name', {}, null],
  ])('gives roles by %s', async (_how, rolesClaim, claims, role) => {
    const found = await open({ rolesClaim }).verify(
      await sign({ aud: ['other', 'client-1'], email: 'g@example.com', ...claims }),
    );
    expect(found).toMatchObject({ role, name: 'g@example.com' });
  });

  it.each<[string, JWTPayload, string]>([
    ['of another issuer', { iss: 'https://elsewhere.example' }, 'another issuer'],
    ['for another audience', { aud: 'client-2' }, 'another audience'],
    ['for another client', { client_id: 'client-2' }, 'another audience'],
    ['for nobody', {}, 'another audience'],
    ['an ID token', { aud: 'client-1', token_use: 'id' }, 'another audience'],
    ['without a subject', { aud: 'client-1', sub: '' }, 'not valid'],
    ['over', { aud: 'client-1', exp: 1 }, 'another'],
  ])('is refused when it is %s', async (_what, claims, refusal) => {
    const token = claims.exp === undefined ? await sign(claims) : await expired(claims);
    expect(await open().verify(token)).toEqual({
      refusal: expect.stringContaining(claims.exp === undefined ? refusal : 'expired'),
    });
  });

  const expired = (claims: JWTPayload) =>
    new SignJWT({ sub: 'abc', iss: issuer, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuedAt(1)
      .sign(pair.privateKey);

  it('is refused when others have signed it, with the same name for their key', async () => {
    const other = await generateKeyPair('RS256');
    const token = await sign({ aud: 'client-1' }, { key: other.privateKey });
    expect(await open().verify(token)).toEqual({ refusal: 'The token is not valid.' });
    const unknown = await sign({ aud: 'client-1' }, { key: other.privateKey, kid: 'two' });
    expect(await open().verify(unknown)).toEqual({ refusal: 'The token is not valid.' });
  });

  describe('by the rules of a user pool', () => {
    const verifier = () =>
      open({ audience: ['client-1', 'client-2'], subjectClaim: 'username', tokenUse: 'access' }, `${issuer}/keys`);
    const claims = { token_use: 'access', client_id: 'client-2', username: 'user-7', 'cognito:groups': ['everybody'] };

    it('is for one of its clients, and of whom the pool calls so', async () => {
      expect(await verifier().verify(await sign(claims))).toMatchObject({ subject: 'user-7', role: 'viewer' });
    });

    it.each<[string, JWTPayload, string]>([
      ['for another client', { client_id: 'client-3' }, 'another audience'],
      ['an ID token', { token_use: 'id', aud: 'client-1' }, 'another audience'],
      ['silent about its use', { token_use: undefined }, 'another audience'],
      ['of nobody', { username: undefined }, 'not valid'],
      ['of somebody without a name', { username: '' }, 'not valid'],
      ['of many', { username: ['user-7'] }, 'not valid'],
    ])('is refused when it is %s', async (_what, more, refusal) => {
      const token = await sign({ ...claims, ...more });
      expect(await verifier().verify(token)).toEqual({ refusal: expect.stringContaining(refusal) });
    });
  });

  it('is checked with the keys at the URL that is configured', async () => {
    described = {};
    const found = await open({}, `${issuer}/keys`).verify(
      await sign({ aud: 'client-1', 'cognito:groups': ['everybody'] }),
    );
    expect(found).toMatchObject({ role: 'viewer' });
    expect(asked).toEqual(['/pool/keys']);
  });
});

describe('the check at the start', () => {
  it('refuses an issuer that calls itself otherwise', async () => {
    described = { issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` };
    await expect(open().check()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(issuer),
    });
  });

  it('says that the keys cannot be had', async () => {
    for (const wrong of [{ issuer }, { issuer, jwks_uri: `${issuer}/nothing` }, { issuer, jwks_uri: 7 }]) {
      described = wrong;
      await expect(open().check()).rejects.toMatchObject({ code: 'issuer_unreachable' });
    }
    server.close();
    server.closeAllConnections();
    await expect(open().check()).rejects.toMatchObject({
      code: 'issuer_unreachable',
      message: expect.stringContaining(`${issuer} cannot be had`),
    });
  });
});

describe('an issuer that is away', () => {
  it('is no reason to let anybody in, is not asked for each token, and is found when it is back', async () => {
    let now = 0;
    described = {};
    const verifier = createIssuerVerifier(rulesOf(), { jwksUrl: null, nowMs: () => now });
    const token = await sign({ aud: 'client-1' });
    for (let i = 0; i < 5; i++) await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'config_invalid' });
    expect(asked).toHaveLength(1);
    described = { issuer, jwks_uri: `${issuer}/keys` };
    now += 6_000;
    expect(await verifier.verify(token)).toMatchObject({ subject: 'abc' });
  });
});

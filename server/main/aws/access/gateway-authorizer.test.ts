/** Events as API Gateway documents them, and what others might send. */
import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { roles } from '../../../../core/api/identity.ts';
import type { Actor } from '../../../../core/api/system.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import { createMemoryStores } from '../../../adapters/memory/memory-stores.ts';
import { sampleUser } from '../../../ports/fixtures/sample-users.ts';
import type { VerifiedToken } from '../../../ports/token-verifier.ts';
import { authenticate } from '../../../verbs/sign-in/authenticate.ts';
import { createToken } from '../../../verbs/tokens/create-token.ts';
import { gatewayActor } from '../parts/gateway-authentication.ts';
import { readActorContext } from './actor-context.ts';
import { authorizeRequest } from './gateway-authorizer.ts';

const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/api/GET/api/runs/run-1';
const JWT = 'aaaa.bbbb.cccc';
const NOW_MS = 1_800_000_000_000;

let stores: ReturnType<typeof createMemoryStores>;
let verified: VerifiedToken | { refusal: string };
let logged: string;

beforeEach(async () => {
  stores = createMemoryStores();
  logged = '';
  await stores.users.create(sampleUser({ id: 'user-1', role: 'editor' }));
  verified = { subject: 'user-1', name: 'x', role: 'admin', issuedAtMs: NOW_MS - 1, expiresAtMs: NOW_MS + 60_000 };
});

const ports = (keepsUsers = true) => ({
  authenticate: (token: string) =>
    authenticate(
      { ...stores, verifier: { verify: async () => verified }, keepsUsers, localTokenHash: null, nowMs: () => NOW_MS },
      { token, isFromHere: false },
    ),
  log: (...line: unknown[]) => {
    logged += JSON.stringify(line);
  },
});
const tokenEvent = (authorizationToken: string): APIGatewayTokenAuthorizerEvent => ({
  type: 'TOKEN',
  authorizationToken,
  methodArn: ARN,
});
const requestEvent = (headers: Record<string, string[]>) =>
  ({
    type: 'REQUEST',
    methodArn: ARN,
    resource: '/api/{proxy+}',
    path: '/api/runs/run-1',
    httpMethod: 'GET',
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: headers,
  }) as unknown as APIGatewayRequestAuthorizerEvent;

describe('the authorizer of the API', () => {
  it.each([
    ['TOKEN', () => tokenEvent(`Bearer ${JWT}`)],
    ['REQUEST', () => requestEvent({ authorization: [`bearer ${JWT}`] })],
  ])('lets the user of a token in to the whole stage (%s)', async (_kind, event) => {
    const answer = await authorizeRequest(ports(), event());
    expect(answer).toMatchObject({
      principalId: 'user-1',
      policyDocument: {
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/api/*',
          },
        ],
      },
    });
    // API Gateway hands texts on, nothing else.
    for (const value of Object.values(answer.context ?? {})) expect(typeof value).toBe('string');
    expect(answer).not.toHaveProperty('usageIdentifierKey');
    const actor = { kind: 'user', id: 'user-1', name: 'user-1@example.com', role: 'editor', tokenId: null };
    expect(gatewayActor(answer.context, NOW_MS)).toEqual(actor);
    expect(gatewayActor(answer.context, NOW_MS + 59_999)).toEqual(actor);
    // It may have been cached.
    expect(gatewayActor(answer.context, NOW_MS + 60_000)).toBeNull();
  });

  it('lets API tokens in, with no more than their owner has', async () => {
    const owner: Actor = { kind: 'user', id: 'user-1', name: 'Ada', role: 'editor', tokenId: null };
    const { token, id } = await createToken({ ...stores, nowMs: () => NOW_MS }, owner, {
      name: 'ci',
      expiresInDays: 1,
    });
    const answer = await authorizeRequest(ports(), tokenEvent(`Bearer ${token}`));
    expect(gatewayActor(answer.context, NOW_MS)).toMatchObject({ id: 'user-1', tokenId: id, role: roles[1] });
    expect(JSON.stringify(answer)).not.toContain(token);
  });

  it.each([
    ['nothing', ''],
    ['another scheme', 'Basic YTpi'],
    ['two tokens', `Bearer ${JWT} ${JWT}`],
    ['a line break', `Bearer ${JWT}\r\nx: y`],
    ['something endless', `Bearer ${'a'.repeat(100_000)}.b.c`],
    ['an unknown API token', 'Bearer lst_unknown'],
    ['a token of another machine', 'Bearer lsl_0123456789'],
  ])('answers 401 to %s', async (_what, authorization) => {
    await expect(authorizeRequest(ports(), tokenEvent(authorization))).rejects.toThrow(/^Unauthorized$/);
  });

  it('answers 401 to a request that has no header, or two', async () => {
    for (const headers of [{}, { Authorization: [`Bearer ${JWT}`, 'Bearer lst_unknown'] }]) {
      await expect(authorizeRequest(ports(), requestEvent(headers))).rejects.toThrow(/^Unauthorized$/);
    }
    const bare = { type: 'REQUEST', methodArn: ARN } as unknown as APIGatewayRequestAuthorizerEvent;
    await expect(authorizeRequest(ports(), bare)).rejects.toThrow(/^Unauthorized$/);
  });

  it('answers 401 to whom is disabled or gone, and tells the log why but not with what', async () => {
    await stores.users.update(sampleUser({ id: 'user-1', version: 2, status: 'disabled' }));
    await expect(authorizeRequest(ports(), tokenEvent(`Bearer ${JWT}`))).rejects.toThrow(/^Unauthorized$/);
    await stores.users.delete('user-1');
    await expect(authorizeRequest(ports(), tokenEvent(`Bearer ${JWT}`))).rejects.toThrow(/^Unauthorized$/);
    expect(logged).toContain('This user is disabled.');
    expect(logged).not.toContain(JWT);
  });

  it('answers 403 to whom the issuer gives no role', async () => {
    verified = { ...verified, role: null } as VerifiedToken;
    const answer = await authorizeRequest(ports(false), tokenEvent(`Bearer ${JWT}`));
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: 'Deny' }]);
    expect(answer.context).toEqual({ message: expect.stringContaining('no role') });
    expect(gatewayActor(answer.context, NOW_MS)).toBeNull();
  });

  it('answers 500 when the keys of the issuer cannot be had', async () => {
    const unreachable = new LoadstarError('issuer_unreachable', 'no keys');
    const failing = { ...ports(), authenticate: () => Promise.reject(unreachable) };
    await expect(authorizeRequest(failing, tokenEvent(`Bearer ${JWT}`))).rejects.toBe(unreachable);
    await expect(
      authorizeRequest(ports(), { type: 'TOKEN', authorizationToken: `Bearer ${JWT}`, methodArn: '*' }),
    ).rejects.toThrow('names no method');
  });
});

describe('what the authorizer hands over', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'actor'],
    ['claims of another authorizer', { claims: { sub: 'user-1' } }],
    ['no actor', { actor: '{}', expiresAtMs: '' }],
    ['broken JSON', { actor: '{"kind":"user"', expiresAtMs: '' }],
    ['an actor that is no text', { actor: { kind: 'system' }, expiresAtMs: '' }],
    ['the system', { actor: '{"kind":"system"}', expiresAtMs: '' }],
    ['whoever may read a data folder', { actor: '{"kind":"local"}', expiresAtMs: '' }],
    ['an unknown role', { actor: '{"kind":"user","id":"a","name":"a","role":"root","tokenId":null}', expiresAtMs: '' }],
    [
      'an end that is none',
      { actor: '{"kind":"user","id":"a","name":"a","role":"admin","tokenId":null}', expiresAtMs: 'never' },
    ],
  ])('is nobody when it is %s', (_what, context) => {
    expect(readActorContext(context)).toBeNull();
  });
});

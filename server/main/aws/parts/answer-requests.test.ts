import { OpenAPIHono } from '@hono/zod-openapi';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../../core/api/problem.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import { admission } from '../../../http/admission.ts';
import type { ApiEnvironment } from '../../../http/api.ts';
import { answerProblem } from '../../../http/problems.ts';
import { contextOf } from '../access/actor-context.ts';
import { answerRequest } from './answer-requests.ts';
import { gatewayActor, refuseUnnamed } from './gateway-authentication.ts';

const limit = { requestsPerSecond: 1_000, burst: 1_000 };

/** Admission as on AWS, and a route that tells who came from where. */
function application() {
  const app = new OpenAPIHono<ApiEnvironment>();
  app.onError((error, c) => answerProblem(c, error, () => {}));
  app.use(async (c, next) => {
    c.set('requestId', 'r');
    c.set('client', c.env.peer ?? { address: 'nobody', isSecure: false });
    await next();
  });
  const rateLimits = { token: limit, address: limit, run: limit };
  app.use(admission({ authenticate: refuseUnnamed, rateLimits, nowMs: Date.now }));
  app.all('/api/who', (c) => c.json({ actor: c.get('actor'), client: c.get('client') }));
  return Promise.resolve(app);
}

const ada = { kind: 'user', id: 'ada', name: 'ada@example.com', role: 'editor', tokenId: null } as const;

async function ask(event: object, made: typeof application = application) {
  const logged: string[] = [];
  const options = {
    actorOf: (context: unknown) => gatewayActor(context, 1_000),
    log: (level: string, message: string) => void logged.push(`${level} ${message}`),
  };
  const answer: APIGatewayProxyResult = await answerRequest(made, event as APIGatewayProxyEvent, options);
  expect(answer.isBase64Encoded).toBe(true);
  return { status: answer.statusCode, body: JSON.parse(Buffer.from(answer.body, 'base64').toString()), logged };
}

const eventOf = (authorizer?: object) => ({
  httpMethod: 'GET',
  path: '/api/who',
  headers: { authorization: 'Bearer anything' },
  requestContext: { identity: { sourceIp: '192.0.2.7' }, ...(authorizer && { authorizer }) },
});

describe('a request from API Gateway', () => {
  it('is from whom its authorizer has named, and from where the gateway says', async () => {
    const { body, status } = await ask(
      eventOf({ principalId: 'ada', ...contextOf({ actor: ada, expiresAtMs: 2_000 }) }),
    );
    expect([status, body]).toEqual([200, { actor: ada, client: { address: '192.0.2.7', isSecure: true } }]);
  });

  it.each([
    ['there was no authorizer', undefined],
    ['it named nobody', { principalId: 'ada' }],
    ['the token has run out meanwhile', { ...contextOf({ actor: ada, expiresAtMs: 999 }) }],
    ['it names who cannot come this way', { actor: '{"kind":"system"}', expiresAtMs: '' }],
  ])('is from nobody when %s', async (_when, authorizer) => {
    const { body, status } = await ask(eventOf(authorizer));
    expect([status, problemSchema.parse(body).code]).toEqual([401, 'unauthenticated']);
  });

  it.each([[{}], [{ httpMethod: 'GET', path: null }], [{ httpMethod: 'TRACE', path: '/', requestContext: null }]])(
    'that is none is refused: %j',
    async (event) => {
      const { body, status, logged } = await ask(event);
      expect([status >= 400 && status < 500, problemSchema.parse(body).status]).toEqual([true, status]);
      expect(logged).toEqual([]);
    },
  );

  it('is answered also when the application cannot be made, without saying why', async () => {
    const broken = () =>
      Promise.reject(new LoadstarError('config_invalid', 'The parameter /secret/place holds no URL.'));
    const { body, status, logged } = await ask(eventOf(), broken);
    expect([status, JSON.stringify(body).includes('/secret/place')]).toEqual([500, false]);
    expect(logged).toEqual(['error a request failed']);
  });
});

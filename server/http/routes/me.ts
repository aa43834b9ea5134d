/** Whoever sends the request. */
import { createRoute } from '@hono/zod-openapi';
import { changePasswordSchema, meSchema } from '../../../core/api/identity.ts';
import { AttemptsExceeded } from '../../security/attempt-guard.ts';
import { changePassword } from '../../verbs/sign-in/change-password.ts';
import { readMe } from '../../verbs/sign-in/read-me.ts';
import type { SignInPorts } from '../../verbs/sign-in/sign-in-ports.ts';
import type { Api } from '../api.ts';
import { HttpError } from '../http-error.ts';
import { addressKey } from '../rate-limit.ts';

const common = { tags: ['Users'] };

const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Who you are, and what you may do',
  responses: { 200: { description: 'You.', content: { 'application/json': { schema: meSchema } } } },
});
const passwordRoute = createRoute({
  ...common,
  method: 'post',
  path: '/me/password',
  operationId: 'changePassword',
  summary: 'Changes your password, and signs you out everywhere',
  request: { body: { required: true, content: { 'application/json': { schema: changePasswordSchema } } } },
  responses: { 204: { description: 'It is changed: sign in again.' } },
});

export type MeRouteDependencies = SignInPorts;

export function registerMeRoutes(app: Api, deps: MeRouteDependencies): void {
  app.openapi(readRoute, async (c) => c.json(await readMe(deps, c.get('actor')), 200));
  app.openapi(passwordRoute, async (c) => {
    const address = addressKey(c.get('client').address);
    await changePassword(deps, c.get('actor'), { ...c.req.valid('json'), address }).catch(withRetryAfter);
    return c.body(null, 204);
  });
}

function withRetryAfter(error: unknown): never {
  if (!(error instanceof AttemptsExceeded)) throw error;
  const headers = { 'retry-after': String(error.retryAfterSeconds) };
  throw new HttpError(error.code, error.message, { headers, cause: error });
}

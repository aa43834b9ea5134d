/** Users: invited, listed, changed, disabled, deleted. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import {
  changeUserSchema,
  invitedUserSchema,
  inviteUserSchema,
  issuedLinkSchema,
  userListQuerySchema,
  userPageSchema,
  userResourceSchema,
} from '../../../core/api/identity.ts';
import { changeUser } from '../../verbs/users/change-user.ts';
import { deleteUser } from '../../verbs/users/delete-user.ts';
import { inviteUser } from '../../verbs/users/invite-user.ts';
import { listUsers, readUser } from '../../verbs/users/list-users.ts';
import { makeSignInLink } from '../../verbs/users/make-sign-in-link.ts';
import type { UserPorts } from '../../verbs/users/user-ports.ts';
import type { Api } from '../api.ts';

const params = z.object({ userId: idSchema });
const one = (description: string) => ({ description, content: { 'application/json': { schema: userResourceSchema } } });
const common = { tags: ['Users'] };

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/users',
  operationId: 'listUsers',
  summary: 'Users, newest first',
  request: { query: userListQuerySchema },
  responses: { 200: { description: 'A page.', content: { 'application/json': { schema: userPageSchema } } } },
});
const inviteRoute = createRoute({
  ...common,
  method: 'post',
  path: '/users',
  operationId: 'inviteUser',
  summary: 'Invites somebody, by a link that works once',
  request: { body: { required: true, content: { 'application/json': { schema: inviteUserSchema } } } },
  responses: {
    201: {
      description: 'They are invited; the link is told this once.',
      content: { 'application/json': { schema: invitedUserSchema } },
    },
  },
});
const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/users/{userId}',
  operationId: 'getUser',
  summary: 'One user',
  request: { params },
  responses: { 200: one('This one.') },
});
const changeRoute = createRoute({
  ...common,
  method: 'patch',
  path: '/users/{userId}',
  operationId: 'changeUser',
  summary: 'Gives a user another name or role, disables or enables one',
  request: { params, body: { required: true, content: { 'application/json': { schema: changeUserSchema } } } },
  responses: { 200: one('As it is now.') },
});
const deleteRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/users/{userId}',
  operationId: 'deleteUser',
  summary: 'Removes a user with all tokens',
  request: { params },
  responses: { 204: { description: 'They are gone.' } },
});
const linkRoute = createRoute({
  ...common,
  method: 'post',
  path: '/users/{userId}/sign-in-link',
  operationId: 'makeSignInLink',
  summary: 'A link by which a user chooses a (new) password; it voids the one before',
  request: { params },
  responses: {
    201: { description: 'It is told this once.', content: { 'application/json': { schema: issuedLinkSchema } } },
  },
});

export type UserRouteDependencies = UserPorts;

export function registerUserRoutes(app: Api, deps: UserRouteDependencies): void {
  app.openapi(listRoute, async (c) => c.json(await listUsers(deps, c.get('actor'), c.req.valid('query')), 200));
  app.openapi(inviteRoute, async (c) => {
    const invited = await inviteUser(deps, c.get('actor'), c.req.valid('json'));
    return c.json(invited, 201, { location: `/api/users/${invited.user.id}` });
  });
  app.openapi(readRoute, async (c) => c.json(await readUser(deps, c.get('actor'), c.req.valid('param')), 200));
  app.openapi(changeRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await changeUser(deps, c.get('actor'), input), 200);
  });
  app.openapi(deleteRoute, async (c) => {
    await deleteUser(deps, c.get('actor'), c.req.valid('param'));
    return c.body(null, 204);
  });
  app.openapi(linkRoute, async (c) => c.json(await makeSignInLink(deps, c.get('actor'), c.req.valid('param')), 201));
}

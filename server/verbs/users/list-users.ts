/** All users, newest first. */
import type { UserPage, UserResource } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import { describeUser } from './describe-user.ts';
import { getUser } from './update-user.ts';

/** `cursor` as the page before answered it. Throws `option_invalid` for one that no page has answered. */
export async function listUsers(
  { users }: Pick<Ports, 'users'>,
  actor: Actor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<UserPage> {
  requireRole(actor, 'admin');
  const { items, nextCursor } = await users.list({ limit, cursor: cursor ?? null });
  return { items: items.map(describeUser), nextCursor };
}

/** Throws `not_found`. */
export async function readUser(
  ports: Pick<Ports, 'users'>,
  actor: Actor,
  { userId }: { userId: string },
): Promise<UserResource> {
  requireRole(actor, 'admin');
  return describeUser(await getUser(ports, userId));
}

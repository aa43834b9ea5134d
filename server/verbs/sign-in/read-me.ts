/** Who a request is from, as its sender sees it. */
import type { Me } from '../../../core/api/identity.ts';
import { type Actor, roleOf } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';

export async function readMe(
  { users, keepsUsers }: Pick<Ports, 'users'> & { keepsUsers: boolean },
  actor: Actor,
): Promise<Me> {
  requireRole(actor, 'viewer');
  const role = roleOf(actor);
  if (actor.kind !== 'user') {
    const name = 'whoever may read the data folder';
    return { kind: 'local', id: actor.kind, name, email: null, role, tokenId: null, canChangePassword: false };
  }
  const { id, name, tokenId } = actor;
  const user = keepsUsers ? await users.get(id) : null;
  return {
    kind: 'user',
    id,
    name: user?.name ?? name,
    email: user?.email ?? null,
    role,
    tokenId,
    canChangePassword: typeof user?.passwordHash === 'string' && tokenId === null,
  };
}

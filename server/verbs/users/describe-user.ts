/** Users as others see them. */
import type { UserResource } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { User } from '../../ports/users.ts';

export function describeUser({ id, email, name, role, status, createdAtMs, lastSignInAtMs }: User): UserResource {
  return {
    id,
    email,
    name,
    role,
    status,
    createdAt: new Date(createdAtMs).toISOString(),
    lastSignInAt: lastSignInAtMs === null ? null : new Date(lastSignInAtMs).toISOString(),
  };
}

export function actorOfUser({ id, email, role }: User): Actor {
  return { kind: 'user', id, name: email, role, tokenId: null };
}

/** Invites somebody: what they get is the only way to a password. */
import type { InvitedUser, InviteUser } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { User } from '../../ports/users.ts';
import { newId } from '../new-id.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { describeUser } from './describe-user.ts';
import { requireOwnUsers, type UserPorts } from './user-ports.ts';

/** Throws `conflict` when somebody has the address, `users_elsewhere`. */
export async function inviteUser(ports: UserPorts, actor: Actor, input: InviteUser): Promise<InvitedUser> {
  requireRole(actor, 'admin');
  requireOwnUsers(ports);
  const user = newUser(input, ports.nowMs());
  await ports.users.create(user);
  await recordAudit(ports, actor, { action: 'user.invite', target: user.id, detail: `${user.email} as ${user.role}` });
  return { user: describeUser(user), link: await ports.invitations.issue(user) };
}

/** Somebody who has no password yet. */
export function newUser({ email, name, role }: InviteUser, nowMs: number): User {
  return {
    id: newId('user', nowMs),
    version: 1,
    email,
    name: name ?? email.split('@')[0] ?? email,
    role,
    status: 'invited',
    passwordHash: null,
    tokensValidFromMs: nowMs,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    lastSignInAtMs: null,
  };
}

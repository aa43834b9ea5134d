/** Gives a user another name or role, disables one, or lets one in again. */
import type { ChangeUser, UserResource } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { User } from '../../ports/users.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { describeUser } from './describe-user.ts';
import { endSessions, withoutSessions } from './end-sessions.ts';
import { refuseLastAdmin } from './keep-an-admin.ts';
import { updateUser } from './update-user.ts';
import type { UserPorts } from './user-ports.ts';

/** A role counts from the next request on; whoever is disabled is signed out at once. Throws `not_found`, `last_admin`. */
export async function changeUser(
  ports: Pick<UserPorts, 'users' | 'signInLinks' | 'identityRecords' | 'audit' | 'nowMs'>,
  actor: Actor,
  { userId, ...change }: ChangeUser & { userId: string },
): Promise<UserResource> {
  requireRole(actor, 'admin');
  const user = await updateUser(ports, userId, async (present) => {
    const losesAdmin = change.isDisabled === true || (change.role !== undefined && change.role !== 'admin');
    if (losesAdmin) await refuseLastAdmin(ports, present);
    return changed(present, change, ports.nowMs());
  });
  if (change.isDisabled === true) {
    await ports.signInLinks.deleteOfUser(userId);
    await endSessions(ports, userId);
  }
  await recordAudit(ports, actor, { action: 'user.change', target: userId, detail: wordsOf(user, change) });
  return describeUser(user);
}

function changed(user: User, { name, role, isDisabled }: ChangeUser, nowMs: number): User {
  const renamed = { ...user, name: name ?? user.name, role: role ?? user.role };
  if (isDisabled === undefined) return renamed;
  if (isDisabled) return withoutSessions({ ...renamed, status: 'disabled' }, nowMs);
  return { ...renamed, status: user.passwordHash === null ? 'invited' : 'active' };
}

function wordsOf({ email }: User, { name, role, isDisabled }: ChangeUser): string {
  const words = [
    ...(name === undefined ? [] : ['renamed']),
    ...(role === undefined ? [] : [`role ${role}`]),
    ...(isDisabled === undefined ? [] : [isDisabled ? 'disabled' : 'enabled']),
  ];
  return `${email}: ${words.join(', ') || 'nothing'}`;
}

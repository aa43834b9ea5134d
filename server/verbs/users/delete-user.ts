/** Removes a user with all links, sessions and tokens; what they did stays in the audit. */
import type { Actor } from '../../../core/api/system.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { endSessions } from './end-sessions.ts';
import { refuseLastAdmin } from './keep-an-admin.ts';
import { getUser } from './update-user.ts';
import type { UserPorts } from './user-ports.ts';

/** Throws `not_found`, `last_admin`. */
export async function deleteUser(
  ports: Pick<UserPorts, 'users' | 'signInLinks' | 'apiTokens' | 'identityRecords' | 'audit' | 'nowMs'>,
  actor: Actor,
  { userId }: { userId: string },
): Promise<void> {
  requireRole(actor, 'admin');
  const user = await getUser(ports, userId);
  await refuseLastAdmin(ports, user);
  await ports.users.delete(userId);
  await ports.signInLinks.deleteOfUser(userId);
  await ports.apiTokens.deleteOfOwner(userId);
  await endSessions(ports, userId);
  await recordAudit(ports, actor, { action: 'user.delete', target: userId, detail: user.email });
}

/** Lets a user in anew who has lost the last link, or the password. */
import type { IssuedLink } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { getUser } from './update-user.ts';
import { requireOwnUsers, type UserPorts } from './user-ports.ts';

/** Throws `not_found`, `option_invalid` for a user who is disabled, `users_elsewhere`. */
export async function makeSignInLink(
  ports: UserPorts,
  actor: Actor,
  { userId }: { userId: string },
): Promise<IssuedLink> {
  requireRole(actor, 'admin');
  requireOwnUsers(ports);
  const user = await getUser(ports, userId);
  if (user.status === 'disabled') {
    throw new LoadstarError('option_invalid', `${user.email} is disabled: a link would be of no use.`);
  }
  await recordAudit(ports, actor, { action: 'user.link', target: user.id, detail: user.email });
  return { link: await ports.invitations.issue(user) };
}

/** A user chooses another password, with the one there is. */
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { checkNewPassword } from '../../security/password-rules.ts';
import { hashPassword, isPassword } from '../../security/passwords.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { endSessions, withoutSessions } from '../users/end-sessions.ts';
import { getUser, updateUser } from '../users/update-user.ts';
import { requireOwnUsers } from '../users/user-ports.ts';
import type { SignInPorts } from './sign-in-ports.ts';

export interface ChangePassword {
  currentPassword: string;
  newPassword: string;
  address: string;
}

/**
 * Signs the user out everywhere. Throws `password_wrong`, `password_refused`, `attempts_exceeded`, `forbidden` for whoever has no password or
 * came with an API token, `users_elsewhere`.
 */
export async function changePassword(ports: SignInPorts, actor: Actor, input: ChangePassword): Promise<void> {
  requireRole(actor, 'viewer');
  requireOwnUsers(ports);
  if (actor.kind !== 'user' || actor.tokenId !== null) {
    throw new LoadstarError('forbidden', 'Only a user who has signed in can change the password.');
  }
  const user = await getUser(ports, actor.id);
  if (user.passwordHash === null) {
    throw new LoadstarError('users_elsewhere', 'Your password is not kept here: change it where you sign in.');
  }
  const attempt = { account: user.email, address: input.address };
  ports.attempts.begin(attempt);
  if (!(await isPassword(input.currentPassword, user.passwordHash))) {
    throw new LoadstarError('password_wrong', 'The current password is wrong.');
  }
  ports.attempts.succeeded(attempt);
  checkNewPassword(input.newPassword, user);
  const passwordHash = await hashPassword(input.newPassword);
  await updateUser(ports, user.id, (present) => withoutSessions({ ...present, passwordHash }, ports.nowMs()));
  await ports.signInLinks.deleteOfUser(user.id);
  await endSessions(ports, user.id);
  await recordAudit(ports, actor, { action: 'user.password.change', target: user.id, detail: user.email });
}

/** Chooses a password by a one-time link. */
import { emailSchema } from '../../../core/api/identity.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { SignInLink, User } from '../../ports/users.ts';
import { checkNewPassword } from '../../security/password-rules.ts';
import { hashPassword } from '../../security/passwords.ts';
import { hashToken } from '../../security/token.ts';
import { recordAudit } from '../record-audit.ts';
import { actorOfUser } from '../users/describe-user.ts';
import { endSessions, withoutSessions } from '../users/end-sessions.ts';
import { isPlaceholder } from '../users/issue-link.ts';
import { updateUser } from '../users/update-user.ts';
import type { SignInPorts } from './sign-in-ports.ts';

export interface LinkedUser {
  purpose: SignInLink['purpose'];
  email: string;
  name: string;
  /** The address is not known yet: it has to be given with the password. */
  needsEmail: boolean;
}

/** Whom a link is for; it stays good. Throws `link_invalid`. */
export async function readLink(ports: SignInPorts, { secret }: { secret: string }): Promise<LinkedUser> {
  const { link, user } = await findLinked(ports, secret);
  const { email, name } = user;
  return { purpose: link.purpose, email, name, needsEmail: isPlaceholder(email) };
}

export interface ChoosePassword {
  secret: string;
  password: string;
  /** Only for whom `readLink` says that it is needed. */
  email: string | null;
}

/**
 * Uses the link up and signs the user out everywhere else. Throws `link_invalid`, `password_refused`, `option_invalid` for an address that is none,
 * `conflict` for one that somebody else has; the link stays good then.
 */
export async function choosePassword(ports: SignInPorts, input: ChoosePassword): Promise<User> {
  const { link, user } = await findLinked(ports, input.secret);
  const email = isPlaceholder(user.email) ? readEmail(input.email) : user.email;
  checkNewPassword(input.password, { ...user, email });
  const other = email === user.email ? null : await ports.users.findByEmail(email);
  if (other !== null) throw new LoadstarError('conflict', 'Somebody else has this email address.');
  const passwordHash = await hashPassword(input.password);
  if (!(await ports.signInLinks.take(link.hash))) throw invalid();
  const changed = await updateUser(ports, user.id, (present) => {
    if (present.status === 'disabled') throw invalid();
    return withoutSessions({ ...present, email, passwordHash, status: 'active' }, ports.nowMs());
  });
  await endSessions(ports, user.id);
  const action = link.purpose === 'invite' ? 'user.join' : 'user.password.reset';
  await recordAudit(ports, actorOfUser(changed), { action, target: user.id, detail: email });
  return changed;
}

async function findLinked(ports: SignInPorts, secret: string): Promise<{ link: SignInLink; user: User }> {
  const link = await ports.signInLinks.find(hashToken(secret));
  const user = link === null ? null : await ports.users.get(link.userId);
  if (link === null || user === null || link.expiresAtMs <= ports.nowMs() || user.status === 'disabled')
    throw invalid();
  return { link, user };
}

function invalid(): LoadstarError {
  return new LoadstarError('link_invalid', 'This link is not valid, or not any more.');
}

function readEmail(text: string | null): string {
  const { success, data } = emailSchema.safeParse((text ?? '').trim());
  if (success && !isPlaceholder(data)) return data;
  throw new LoadstarError('option_invalid', 'An email address such as ada@example.com is expected.');
}

/** Signs somebody in with address and password. */
import { LoadstarError } from '../../../core/errors.ts';
import type { User } from '../../ports/users.ts';
import { isPassword } from '../../security/passwords.ts';
import { recordAudit } from '../record-audit.ts';
import { actorOfUser } from '../users/describe-user.ts';
import { updateUser } from '../users/update-user.ts';
import type { SignInPorts } from './sign-in-ports.ts';

export interface SignIn {
  email: string;
  password: string;
  /** Where it comes from. */
  address: string;
}

/** Throws `password_wrong`, the same for an unknown address, a disabled user and a wrong password; `attempts_exceeded`. */
export async function signIn(ports: SignInPorts, { email, password, address }: SignIn): Promise<User> {
  const attempt = { account: email.toLowerCase(), address };
  ports.attempts.begin(attempt);
  const user = await ports.users.findByEmail(email);
  const isRight = await isPassword(password, user?.passwordHash ?? null);
  if (user === null || !isRight || user.status !== 'active') {
    // Not what was typed: it may be a password in the wrong field.
    ports.log('info', 'a sign-in failed', { userId: user?.id ?? null, address });
    throw new LoadstarError('password_wrong', 'The email address or the password is wrong.');
  }
  ports.attempts.succeeded(attempt);
  const signedIn = await updateUser(ports, user.id, (present) => ({ ...present, lastSignInAtMs: ports.nowMs() }));
  await recordAudit(ports, actorOfUser(signedIn), {
    action: 'user.sign-in',
    target: user.id,
    detail: `from ${address}`,
  });
  return signedIn;
}

/** Mails a link for a new password to whoever has forgotten the old one. */
import { LoadstarError } from '../../../core/errors.ts';
import { recordAudit } from '../record-audit.ts';
import { actorOfUser } from '../users/describe-user.ts';
import type { SignInPorts } from './sign-in-ports.ts';

export interface RequestReset {
  email: string;
  address: string;
}

/**
 * Says nothing about whether there is such a user, and takes as long: what there is to do is done after it has returned (`done` resolves then).
 * Throws `attempts_exceeded`, and `option_invalid` when no mail server is configured.
 */
export function requestReset(ports: SignInPorts, { email, address }: RequestReset): { done: Promise<void> } {
  if (ports.mail === null) throw new LoadstarError('option_invalid', 'No mail is sent from here.');
  // Never taken back: each of them may send a mail.
  ports.attempts.begin({ account: `reset ${email.toLowerCase()}`, address });
  const done = mailTo(ports, email).catch((error: unknown) => {
    ports.log('error', 'a new password could not be offered', { error: (error as Error).message });
  });
  return { done };
}

async function mailTo(ports: SignInPorts, email: string): Promise<void> {
  const user = await ports.users.findByEmail(email);
  if (user === null || user.status === 'disabled') return;
  await recordAudit(ports, actorOfUser(user), {
    action: 'user.password.forgotten',
    target: user.id,
    detail: user.email,
  });
  await ports.invitations.issue(user);
}

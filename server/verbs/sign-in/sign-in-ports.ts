/** What verbs about signing in ask for. */
import type { Mail } from '../../ports/mail.ts';
import type { AttemptGuard } from '../../security/attempt-guard.ts';
import type { UserPorts } from '../users/user-ports.ts';

export type SignInPorts = UserPorts & {
  /** Null when no mail server is configured. */
  mail: Mail | null;
  /** One for all ways to guess a password. */
  attempts: AttemptGuard;
};

/** What verbs about signing in ask for. */
import type { AttemptGuard } from '../../security/attempt-guard.ts';
import type { UserPorts } from '../users/user-ports.ts';

export type SignInPorts = UserPorts & {
  /** One for all ways to guess a password. */
  attempts: AttemptGuard;
};

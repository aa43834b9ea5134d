/** What verbs about users ask for. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Invitations } from '../../ports/invitations.ts';
import type { Ports } from '../../ports/ports.ts';

export type UserPorts = Pick<
  Ports,
  'users' | 'signInLinks' | 'apiTokens' | 'identityRecords' | 'audit' | 'nowMs' | 'log'
> & {
  invitations: Invitations;
  /** False when an issuer elsewhere keeps the users and their passwords. */
  keepsUsers: boolean;
};

/** Throws `users_elsewhere`. */
export function requireOwnUsers({ keepsUsers }: Pick<UserPorts, 'keepsUsers'>): void {
  if (!keepsUsers) throw new LoadstarError('users_elsewhere', 'Users and their passwords are not kept here.');
}

/** Lets somebody choose a password: the first one of whoever is invited, another one of whoever has lost theirs. */
import type { SignInLinkResource } from '../../core/api/identity.ts';
import type { User } from './users.ts';

/** May be called again: what was issued before may be void then. */
export interface Invitations {
  /**
   * The one-time link that does it; null when whoever keeps the passwords has written to the user by itself, and nobody else gets to see what. Throws
   * `rate_limited` when it was asked for too often.
   */
  issue(user: User): Promise<SignInLinkResource | null>;
}

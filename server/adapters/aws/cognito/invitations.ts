/** Cognito writes to users by itself: with a first password to whoever is invited, with a code for another one to whoever has joined. */
import type { Invitations } from '../../../ports/invitations.ts';
import type { UserPool } from './user-pool.ts';

export function createCognitoInvitations(pool: UserPool): Invitations {
  return {
    async issue(user) {
      const person = await pool.find(user.id);
      if (person === null) await pool.add(user, { isMailed: true });
      else if (person.hasJoined) await pool.resetPassword(user.id);
      else await pool.inviteAgain(user.id);
      return null;
    },
  };
}

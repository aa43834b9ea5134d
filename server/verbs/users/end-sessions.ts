/** Signs a user out everywhere: sessions and refresh tokens go, and what was signed before counts no more. */
import type { Ports } from '../../ports/ports.ts';
import type { User } from '../../ports/users.ts';

/** The fields of the row that say so; to be written before `endSessions`. */
export function withoutSessions(user: User, nowMs: number): User {
  return { ...user, tokensValidFromMs: nowMs };
}

export async function endSessions({ identityRecords }: Pick<Ports, 'identityRecords'>, userId: string): Promise<void> {
  await identityRecords.deleteOfAccount(userId);
}

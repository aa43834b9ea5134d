/** Notes a sign-in that happened at whoever keeps the passwords, by the first token that comes of it. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { User } from '../../ports/users.ts';
import { recordAudit } from '../record-audit.ts';
import { actorOfUser } from '../users/describe-user.ts';

/** Once for each, however many requests come at once. */
export async function noteSignIn(
  ports: Pick<Ports, 'users' | 'audit' | 'nowMs'>,
  user: User,
  signedInAtMs: number,
): Promise<void> {
  if (signedInAtMs <= (user.lastSignInAtMs ?? 0)) return;
  const times = { lastSignInAtMs: signedInAtMs, updatedAtMs: ports.nowMs() };
  try {
    await ports.users.update({ ...user, ...times, version: user.version + 1 });
  } catch (error) {
    // Another request notes it.
    if (error instanceof LoadstarError && (error.code === 'conflict' || error.code === 'not_found')) return;
    throw error;
  }
  await recordAudit(ports, actorOfUser(user), { action: 'user.sign-in', target: user.id });
}

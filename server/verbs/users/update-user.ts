/** Changes a user's row from what it is now, again when somebody else was faster. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { User } from '../../ports/users.ts';

const ATTEMPTS_MAX = 5;

/** Throws `not_found`, what `change` throws, and `conflict` when its address belongs to somebody else. */
export async function updateUser(
  { users, nowMs }: Pick<Ports, 'users' | 'nowMs'>,
  userId: string,
  change: (user: User) => User | Promise<User>,
): Promise<User> {
  for (let attempt = 1; ; attempt++) {
    const present = await getUser({ users }, userId);
    const changed = { ...(await change(present)), version: present.version + 1, updatedAtMs: nowMs() };
    try {
      await users.update(changed);
      return changed;
    } catch (error) {
      const isConflict = error instanceof LoadstarError && error.code === 'conflict';
      if (!isConflict || changed.email !== present.email || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** Throws `not_found`. */
export async function getUser({ users }: Pick<Ports, 'users'>, userId: string): Promise<User> {
  const user = await users.get(userId);
  if (user === null) throw new LoadstarError('not_found', `There is no user ${userId}.`);
  return user;
}

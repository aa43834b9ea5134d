/** Somebody has to be able to keep the users. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { User } from '../../ports/users.ts';

/** Throws `last_admin` when `user` is the only active administrator. */
export async function refuseLastAdmin({ users }: Pick<Ports, 'users'>, user: User): Promise<void> {
  if (user.status !== 'active' || user.role !== 'admin' || (await users.countActiveAdmins()) > 1) return;
  throw new LoadstarError('last_admin', `${user.email} is the only administrator.`);
}

/** Authorisation: every verb that somebody asks for begins by naming the role that it needs. */
import type { Role } from '../../core/api/identity.ts';
import { type Actor, hasRole } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';

const refusals: Readonly<Record<Role, string>> = {
  viewer: 'This needs the role viewer.',
  editor: 'This needs the role editor: viewers may read, but change and run nothing.',
  admin: 'Only an administrator may do this.',
};

/** Throws `forbidden`. */
export function requireRole(actor: Actor, role: Role): void {
  if (!hasRole(actor, role)) throw new LoadstarError('forbidden', refusals[role]);
}

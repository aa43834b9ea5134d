/** Authorisation of what only an administrator may do. */
import type { Actor } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';

/** Throws `forbidden`. */
export function requireAdmin(actor: Actor): void {
  if (actor.kind !== 'admin') throw new LoadstarError('forbidden', 'Only an administrator may do this.');
}

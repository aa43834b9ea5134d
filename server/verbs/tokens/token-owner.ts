/** Whose an API token is. */
import { type Actor, actorKey } from '../../../core/api/system.ts';

/** Id of a user; `local` for whoever may read the data folder. */
export function ownerIdOf(actor: Actor): string {
  return actor.kind === 'user' ? actor.id : actorKey(actor);
}

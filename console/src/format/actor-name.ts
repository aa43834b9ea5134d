import type { Actor } from '../../../core/api/system.ts';

/** Who did something, for people. */
export function actorName(actor: Actor): string {
  return actor.kind === 'user' ? actor.name : actor.kind === 'local' ? 'on the host itself' : 'the system';
}

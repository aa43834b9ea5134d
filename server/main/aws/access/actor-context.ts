/** How the authorizer of API Gateway hands over to the API who sends a request: as texts, which is all that its context carries. */
import { type Actor, actorSchema } from '../../../../core/api/system.ts';

/** `actor`: JSON; `expiresAtMs`: when the token runs out, empty when it does not. */
export interface ActorContext {
  actor: string;
  expiresAtMs: string;
}

export interface KnownActor {
  actor: Actor;
  /** Epoch milliseconds; null when the token does not run out. */
  expiresAtMs: number | null;
}

export function contextOf({ actor, expiresAtMs }: KnownActor): ActorContext {
  return { actor: JSON.stringify(actor), expiresAtMs: expiresAtMs === null ? '' : String(expiresAtMs) };
}

/** Null for what no authorizer of ours has written. `context`: as API Gateway hands it on. */
export function readActorContext(context: unknown): KnownActor | null {
  if (typeof context !== 'object' || context === null) return null;
  const { actor, expiresAtMs } = context as Record<string, unknown>;
  if (typeof actor !== 'string' || typeof expiresAtMs !== 'string' || !/^\d{0,16}$/.test(expiresAtMs)) return null;
  const read = actorSchema.safeParse(parsed(actor));
  // Nobody comes through the gateway as the system, or as who may read a data folder.
  if (!read.success || read.data.kind !== 'user') return null;
  return { actor: read.data, expiresAtMs: expiresAtMs === '' ? null : Number(expiresAtMs) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

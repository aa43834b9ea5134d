/** Who a request is from, as the authorizer in front of the API has found out. */
import type { Actor } from '../../../../core/api/system.ts';
import type { Authenticate } from '../../../http/authentication.ts';
import { readActorContext } from '../access/actor-context.ts';

/**
 * `context`: what API Gateway says of its authorizer. Null when no authorizer of ours has looked, and when the token has run out since: answers of
 * authorizers may be cached.
 */
export function gatewayActor(context: unknown, nowMs: number): Actor | null {
  const known = readActorContext(context);
  if (known === null || (known.expiresAtMs !== null && known.expiresAtMs <= nowMs)) return null;
  return known.actor;
}

/** For the API behind it, which looks at no token itself: whom the authorizer has not named is nobody. */
export const refuseUnnamed: Authenticate = async () => ({ refusal: 'The token of the request is not known.' });

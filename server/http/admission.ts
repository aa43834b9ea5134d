/** Lets a request in: who it is from, whether it may come at all, and whether it comes too often. */
import { type Actor, actorKey } from '../../core/api/system.ts';
import type { Authenticated } from '../verbs/sign-in/authenticate.ts';
import { accessOf } from './access.ts';
import type { ApiContext, ApiMiddleware } from './api.ts';
import { type Authenticate, bearerTokenOf } from './authentication.ts';
import { HttpError } from './http-error.ts';
import { addressKey, createRateLimiter, type RateLimit, type RateLimiter } from './rate-limit.ts';

export interface RateLimits {
  /** Of each actor. */
  token: RateLimit;
  /** Of each address that requests without being known. */
  address: RateLimit;
  /** Of the tasks of each run, per address. */
  run: RateLimit;
}

export interface AdmissionOptions {
  authenticate: Authenticate;
  rateLimits: RateLimits;
  nowMs(): number;
}

/** Throws `unauthenticated`, `rate_limited`, and what authentication throws. */
export function admission({ authenticate, rateLimits, nowMs }: AdmissionOptions): ApiMiddleware {
  const ofToken = createRateLimiter(rateLimits.token, nowMs);
  const ofAddress = createRateLimiter(rateLimits.address, nowMs);
  const ofRun = createRateLimiter(rateLimits.run, nowMs);
  return async (c, next) => {
    const access = accessOf(c.req.path);
    const address = addressKey(c.get('client').address);
    if (access === 'own') {
      takeFrom(ofRun, `${address} ${c.req.path.split('/', 4)[3]}`);
    } else if (access === 'public') {
      takeFrom(ofAddress, address);
    } else {
      const found = await actorOf(c, authenticate);
      if (found === null || 'refusal' in found) {
        takeFrom(ofAddress, address);
        throw unauthenticated(c, found?.refusal);
      }
      takeFrom(ofToken, JSON.stringify([actorKey(found.actor), tokenIdOf(found.actor)]));
      c.set('actor', found.actor);
    }
    await next();
  };
}

async function actorOf(c: ApiContext, authenticate: Authenticate): Promise<Authenticated | null> {
  // Called without a server there is no environment.
  const known = c.env?.actor;
  if (known !== undefined) return { actor: known, expiresAtMs: null };
  const token = bearerTokenOf(c.req.raw);
  return token === null ? null : authenticate(token, c.get('client'));
}

function takeFrom(limiter: RateLimiter, key: string): void {
  const waitSeconds = limiter.take(key);
  if (waitSeconds === 0) return;
  const retryAfter = String(Math.max(1, Math.ceil(waitSeconds)));
  throw new HttpError('rate_limited', `Too many requests: the next one may come in ${retryAfter} s.`, {
    headers: { 'retry-after': retryAfter },
  });
}

function tokenIdOf(actor: Actor): string | null {
  return actor.kind === 'user' ? actor.tokenId : null;
}

/** Also what routes with a token of their own throw when it is missing or wrong. `refusal`: what is wrong with it. */
export function unauthenticated(c: ApiContext, refusal = 'The token of the request is not known.'): HttpError {
  const isMissing = !c.req.raw.headers.has('authorization');
  const message = isMissing ? 'The request has no token.' : refusal;
  const challenge = isMissing ? '' : ', error="invalid_token"';
  return new HttpError('unauthenticated', message, {
    headers: { 'www-authenticate': `Bearer realm="loadstar"${challenge}` },
  });
}

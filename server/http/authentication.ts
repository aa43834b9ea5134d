/** Who a request is from. Sign-in replaces `Authenticate`; nothing else knows how an actor is found. */
import type { Actor } from '../../core/api/system.ts';
import { hashToken, isTokenOf } from '../security/token.ts';

/** Null when the request names nobody, or nobody we know. */
export type Authenticate = (request: Request) => Promise<Actor | null>;

/** The bearer token of a request (RFC 6750); null when it has none or more than one. Never read from the URL, which ends up in logs. */
export function bearerTokenOf(request: Request): string | null {
  return /^bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Whoever has the admin token is the administrator. */
export function createAdminAuthentication(adminToken: string): Authenticate {
  const hash = hashToken(adminToken);
  return async (request) => {
    const token = bearerTokenOf(request);
    return token !== null && isTokenOf(token, hash) ? { kind: 'admin' } : null;
  };
}

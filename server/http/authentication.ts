/** Who a request is from. */
import { isLoopback } from '../network/address-ranges.ts';
import { type Authenticated, type AuthenticatePorts, authenticate } from '../verbs/sign-in/authenticate.ts';
import type { Peer } from './api.ts';

/** `client`: who sends the token. */
export type Authenticate = (token: string, client: Peer) => Promise<Authenticated>;

export function createAuthentication(ports: AuthenticatePorts): Authenticate {
  return (token, client) => authenticate(ports, { token, isFromHere: isLoopback(client.address) });
}

/** The bearer token of a request (RFC 6750); null when it has none or more than one. Never read from the URL, which ends up in logs. */
export function bearerTokenOf(request: Request): string | null {
  return bearerTokenIn(request.headers.get('authorization') ?? '');
}

/** `authorization`: the value of that header. */
export function bearerTokenIn(authorization: string): string | null {
  return /^bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(authorization)?.[1] ?? null;
}

/** Gives every request an id and a client, and writes a line when it is answered: nothing secret, so neither headers nor queries. */
import { randomUUID } from 'node:crypto';
import type { Log } from '../ports/log.ts';
import { accessOf } from './access.ts';
import type { ApiContext, ApiMiddleware, Peer } from './api.ts';

export const REQUEST_ID_HEADER = 'request-id';

const UNKNOWN_PEER: Peer = { address: 'unknown', isSecure: false };
const PATH_LENGTH_MAX = 500;

export interface RequestLogOptions {
  findClient(peer: Peer, headers: Headers): Peer;
  nowMs(): number;
  log: Log;
}

export function requestLog({ findClient, nowMs, log }: RequestLogOptions): ApiMiddleware {
  return async (c, next) => {
    const startedAtMs = nowMs();
    const requestId = randomUUID();
    c.set('requestId', requestId);
    // Read once: the server's request gives its headers until the answer is out.
    c.set('client', findClient(c.env?.peer ?? UNKNOWN_PEER, c.req.raw.headers));
    await next();
    c.res.headers.set(REQUEST_ID_HEADER, requestId);
    if (isWorthALine(c)) log('info', 'request', { ...lineOf(c), requestId, durationMs: nowMs() - startedAtMs });
  };
}

/** Probes, and tasks that look for news twice a second, would drown all else. */
function isWorthALine(c: ApiContext): boolean {
  return statusOf(c) >= 400 || accessOf(c.req.path) === 'actor';
}

/** What is answered beside the application (signing in) is out already. */
function statusOf(c: ApiContext): number {
  const { outgoing } = c.env?.node ?? {};
  return outgoing?.headersSent ? outgoing.statusCode : c.res.status;
}

function lineOf(c: ApiContext): Record<string, unknown> {
  return {
    method: c.req.method,
    path: c.req.path.slice(0, PATH_LENGTH_MAX),
    status: statusOf(c),
    client: c.get('client').address,
    actor: c.get('actor')?.kind ?? null,
  };
}

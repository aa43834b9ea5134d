/**
 * Hands requests to the OpenID provider, which wants Node's own request and response. What it may believe of a request is written into the headers
 * here: the public host and scheme, whatever the request says, and the client that was found behind trusted proxies.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { LoadstarError } from '../../../core/errors.ts';
import { isLoopbackHost } from '../../identity/clients.ts';
import { pageHeaders } from '../../identity/pages/page.ts';
import { type IdentityProvider, PROVIDER_PATH } from '../../identity/provider.ts';
import type { ApiContext } from '../api.ts';
import { REQUEST_ID_HEADER } from '../request-log.ts';

export interface NodeExchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

/** Throws `not_found` where the application is called without a server. */
export function exchangeOf(c: ApiContext, publicUrl: string): NodeExchange {
  const { node } = c.env;
  if (node === undefined) throw new LoadstarError('not_found', 'There is no sign-in without a server.');
  const { host, protocol } = new URL(publicUrl);
  const { headers } = node.incoming;
  headers.host = host;
  headers['x-forwarded-proto'] = protocol.slice(0, -1);
  headers['x-forwarded-for'] = c.get('client').address;
  delete headers['x-forwarded-host'];
  return node;
}

export async function answerByProvider(
  c: ApiContext,
  provider: IdentityProvider,
  publicUrl: string,
): Promise<Response> {
  const { incoming, outgoing } = exchangeOf(c, publicUrl);
  const url = incoming.url ?? '/';
  Object.assign(incoming, { originalUrl: url, url: url.slice(PROVIDER_PATH.length) || '/' });
  const headers = { ...pageHeaders(), [REQUEST_ID_HEADER]: c.get('requestId') };
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  if (c.get('client').isSecure) outgoing.setHeader('strict-transport-security', `max-age=${365 * 24 * 3600}`);
  // The keys and the description are read by others.
  outgoing.removeHeader('cross-origin-resource-policy');
  await provider.answer(incoming, outgoing);
  return RESPONSE_ALREADY_SENT.clone();
}

/**
 * Browsers sign in at the public address only: cookies of another name of the same server would be missing there. Where a page that was asked for lies
 * instead; null when it is right where it is.
 */
export function elsewhere(c: ApiContext, publicUrl: string): { location: string } | { problem: string } | null {
  if (c.req.method !== 'GET') return null;
  const asked = URL.parse(c.req.url);
  const given = URL.parse(`http://${c.req.header('host') ?? ''}`);
  const own = new URL(publicUrl);
  if (asked === null || given === null || given.host === own.host) return null;
  if (isLoopbackHost(own.hostname) && !isLoopbackHost(given.hostname)) return { problem: notReachableBy(own, given) };
  return { location: `${publicUrl}${asked.pathname}${asked.search}` };
}

function notReachableBy(own: URL, given: URL): string {
  return (
    `This server is reached as ${given.host}, but only knows itself as ${own.origin}. ` +
    'Set publicUrl to an address that others reach it by, with https://.'
  );
}

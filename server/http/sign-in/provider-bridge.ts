/**
 * Hands requests to the OpenID provider, which wants Node's own request and response. What it may believe of a request is written into the headers
 * here: the public host and scheme, whatever the request says, and the client that was found behind trusted proxies.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { LoadstarError } from '../../../core/errors.ts';
import { pageHeaders } from '../../identity/pages/page.ts';
import type { IdentityProvider } from '../../identity/provider.ts';
import { PROVIDER_PATH } from '../../identity/provider-address.ts';
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

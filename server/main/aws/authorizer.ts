/** The authorizer in front of the API. */
import type { Context } from 'aws-lambda';
import { authorizeRequest, type GatewayAuthorizerEvent } from './access/gateway-authorizer.ts';
import { authenticateToken } from './parts/authentication.ts';
import { log, noteInvocation } from './parts/log.ts';

export const handler = (event: GatewayAuthorizerEvent, context: Context) => {
  noteInvocation(context);
  return authorizeRequest({ authenticate: authenticateToken, log }, event);
};

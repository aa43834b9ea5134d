/** The authorizer of live data at IoT Core. */
import type { Context } from 'aws-lambda';
import { authorizeViewer, type LiveAuthorizerEvent } from './access/live-authorizer.ts';
import { authenticateToken } from './parts/authentication.ts';
import { log, noteInvocation } from './parts/log.ts';

export const handler = (event: LiveAuthorizerEvent, context: Context) => {
  noteInvocation(context);
  const ports = { authenticate: authenticateToken, nowMs: Date.now, log };
  return authorizeViewer(ports, event, context.invokedFunctionArn);
};

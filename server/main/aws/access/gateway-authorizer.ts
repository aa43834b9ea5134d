/** Answers API Gateway who may call the API: an authorizer of the kinds TOKEN and REQUEST. */
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda';
import { LoadstarError } from '../../../../core/errors.ts';
import { bearerTokenIn } from '../../../http/authentication.ts';
import type { Log } from '../../../ports/log.ts';
import type { Authenticated } from '../../../verbs/sign-in/authenticate.ts';
import { contextOf } from './actor-context.ts';

export type GatewayAuthorizerEvent = APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent;

export interface GatewayAuthorizerPorts {
  authenticate(token: string): Promise<Authenticated>;
  log: Log;
}

/** API Gateway answers 401 to an error with this message, and 500 to any other. */
const UNAUTHORIZED = 'Unauthorized';

/**
 * The policy is for the whole stage, so that it may be cached for a token whatever it was asked for first; what an actor may do, each verb says. Throws
 * `Unauthorized` for a token that counts for nothing, and what keeps it from being looked at.
 */
export async function authorizeRequest(
  { authenticate, log }: GatewayAuthorizerPorts,
  event: GatewayAuthorizerEvent,
): Promise<APIGatewayAuthorizerResult> {
  const token = bearerTokenIn(authorizationOf(event));
  if (token === null) throw new Error(UNAUTHORIZED);
  const stage = stageOf(event.methodArn);
  let found: Authenticated;
  try {
    found = await authenticate(token);
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'forbidden') throw error;
    // Known, but of no role: 403.
    return { principalId: 'nobody', policyDocument: policyOf('Deny', stage), context: { message: error.message } };
  }
  if ('refusal' in found) {
    log('info', 'a token was refused', { refusal: found.refusal });
    throw new Error(UNAUTHORIZED);
  }
  const { actor } = found;
  const principalId = actor.kind === 'user' ? actor.id : actor.kind;
  return { principalId, policyDocument: policyOf('Allow', stage), context: { ...contextOf(found) } };
}

function authorizationOf(event: GatewayAuthorizerEvent): string {
  if (event.type === 'TOKEN') return event.authorizationToken ?? '';
  // A request that says it twice says nothing.
  const values = Object.entries(event.multiValueHeaders ?? {}).find(([name]) => /^authorization$/i.test(name))?.[1];
  if (values !== undefined) return values.length === 1 ? (values[0] ?? '') : '';
  return Object.entries(event.headers ?? {}).find(([name]) => /^authorization$/i.test(name))?.[1] ?? '';
}

/** `arn:aws:execute-api:region:account:api/stage/method/path` up to the stage, all of it. */
function stageOf(methodArn: string): string {
  const stage = /^arn:[^/*]+:execute-api:[^/*]+\/[^/*]+/.exec(methodArn)?.[0];
  if (stage === undefined) throw new Error('The event names no method of API Gateway.');
  return `${stage}/*`;
}

function policyOf(effect: 'Allow' | 'Deny', resource: string): APIGatewayAuthorizerResult['policyDocument'] {
  return {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }],
  };
}

/**
 * Answers IoT Core who may look at live data: a custom authorizer. As with the laptop's broker, a viewer's user name is `jwt` and the password is a token
 * of the API; whoever may read runs may subscribe to what they tell.
 */
import { createHash } from 'node:crypto';
import { actorKey } from '../../../../core/api/system.ts';
import { viewerTopicFilters } from '../../../adapters/aws/layout/live.ts';
import type { Log } from '../../../ports/log.ts';
import type { Authenticated } from '../../../verbs/sign-in/authenticate.ts';

/** What IoT Core says of a connection; only what is read here. The password is in base64. */
export interface LiveAuthorizerEvent {
  protocolData?: { mqtt?: { username?: string; password?: string; clientId?: string } };
}

export interface LiveAuthorizerResult {
  isAuthenticated: boolean;
  /** Letters and digits. */
  principalId: string;
  disconnectAfterInSeconds: number;
  refreshAfterInSeconds: number;
  policyDocuments: { Version: '2012-10-17'; Statement: { Action: string; Effect: 'Allow'; Resource: string }[] }[];
}

export interface LiveAuthorizerPorts {
  authenticate(token: string): Promise<Authenticated>;
  nowMs(): number;
  log: Log;
}

const USERNAME = 'jwt';
const TOKEN_BYTES_MAX = 8_192;
/** It becomes part of a policy: nothing in it may have a meaning there. */
const CLIENT_ID = /^[\w:-]{1,128}$/;
/** IoT Core's own bounds. */
const SECONDS_MIN = 300;
const SECONDS_MAX = 86_400;

/** `functionArn`: of the Lambda, whose region and account the topics have too. What keeps a token from being looked at lets nobody in. */
export async function authorizeViewer(
  { authenticate, nowMs, log }: LiveAuthorizerPorts,
  event: LiveAuthorizerEvent,
  functionArn: string,
): Promise<LiveAuthorizerResult> {
  const { username = '', password = '', clientId = '' } = event.protocolData?.mqtt ?? {};
  // The user name may carry the query that names the authorizer.
  if (username.split('?', 1)[0] !== USERNAME || !CLIENT_ID.test(clientId) || password.length > TOKEN_BYTES_MAX) {
    return refusal();
  }
  let found: Authenticated;
  try {
    found = await authenticate(Buffer.from(password, 'base64').toString('utf8'));
  } catch (error) {
    log('warn', 'a viewer could not be let in', { error: (error as Error).message });
    return refusal();
  }
  if ('refusal' in found) return refusal();
  const leftSeconds = found.expiresAtMs === null ? SECONDS_MAX : Math.floor((found.expiresAtMs - nowMs()) / 1000);
  return {
    isAuthenticated: true,
    principalId: createHash('sha256').update(actorKey(found.actor)).digest('hex'),
    disconnectAfterInSeconds: Math.min(SECONDS_MAX, Math.max(SECONDS_MIN, leftSeconds)),
    // As often as is possible: whoever is disabled meanwhile looks no longer than that.
    refreshAfterInSeconds: SECONDS_MIN,
    policyDocuments: [policyOf(functionArn, clientId)],
  };
}

function refusal(): LiveAuthorizerResult {
  return {
    isAuthenticated: false,
    principalId: 'nobody',
    disconnectAfterInSeconds: SECONDS_MIN,
    refreshAfterInSeconds: SECONDS_MIN,
    policyDocuments: [],
  };
}

function policyOf(functionArn: string, clientId: string): LiveAuthorizerResult['policyDocuments'][number] {
  const [arn, partition, , region, account] = functionArn.split(':');
  const here = [arn, partition, 'iot', region, account].join(':');
  const allow = (Action: string, resource: string) => ({
    Action,
    Effect: 'Allow' as const,
    Resource: `${here}:${resource}`,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow('iot:Connect', `client/${clientId}`),
      allow('iot:Subscribe', `topicfilter/${viewerTopicFilters}`),
      allow('iot:Receive', `topic/${viewerTopicFilters}`),
    ],
  };
}

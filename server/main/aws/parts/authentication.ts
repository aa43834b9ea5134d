/** Whom a token belongs to, for the Lambdas that let people in. */
import { createCognitoVerifier } from '../../../adapters/aws/cognito/token-verifier.ts';
import { environmentVariables, readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { type Authenticated, authenticate } from '../../../verbs/sign-in/authenticate.ts';
import { once } from './once.ts';
import { recordStores } from './record-stores.ts';
import { users } from './users.ts';

/** The pool's keys are fetched once, and again when a token names another one. */
const verifier = once(() => {
  const { userPoolId, consoleClientId, cliClientId } = readEnvironment([
    'userPoolId',
    'consoleClientId',
    'cliClientId',
  ]);
  const jwksUrl = process.env[environmentVariables.jwksUrl] || null;
  return createCognitoVerifier({ userPoolId, clientIds: [consoleClientId, cliClientId], jwksUrl });
});

/** Tokens of the user pool, and API tokens. Throws `issuer_unreachable`, `store_failed`. */
export async function authenticateToken(token: string): Promise<Authenticated> {
  const { apiTokens, audit } = recordStores();
  const known = { users: users(), apiTokens, audit, verifier: verifier(), keepsUsers: true };
  return authenticate({ ...known, localTokenHash: null, nowMs: Date.now }, { token, isFromHere: false });
}

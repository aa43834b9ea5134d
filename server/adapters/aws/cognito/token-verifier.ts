/** Checks the access tokens of a user pool. */
import { createIssuerVerifier } from '../../../identity/jwt-verifier.ts';
import type { TokenVerifier } from '../../../ports/token-verifier.ts';
import { issuerOfPool, roleGroups } from '../layout/sign-in.ts';

export interface CognitoVerifierOptions {
  userPoolId: string;
  /** Those whose tokens count: Cognito's access tokens name a client instead of an audience. */
  clientIds: readonly string[];
  /** Where the pool's keys lie; null: below its issuer. */
  jwksUrl?: string | null;
}

const roles = Object.fromEntries(roleGroups.map((role) => [role, [role]])) as Record<
  (typeof roleGroups)[number],
  string[]
>;

/** The subject of a token is the name of its user in the pool, which is the id of our user. Its keys are fetched at the first token, and kept. */
export function createCognitoVerifier({ userPoolId, clientIds, jwksUrl }: CognitoVerifierOptions): TokenVerifier {
  const issuer = issuerOfPool(userPoolId);
  const rules = {
    issuer,
    audience: clientIds,
    rolesClaim: 'cognito:groups',
    roles,
    subjectClaim: 'username',
    tokenUse: 'access',
  };
  return createIssuerVerifier(rules, { jwksUrl: jwksUrl ?? `${issuer}/.well-known/jwks.json` });
}

/** Renews the tokens that signing in gave. */
import { requestTokens, type TokenAnswer } from '../sign-in/token-endpoint.ts';
import { isSignedIn, readCredentials, type SignedIn, writeCredentials } from './credentials.ts';
import { withCredentialsLock } from './credentials-lock.ts';

/**
 * The access token of a server after `used` counted no more; null when the user has to sign in again. Of several programs that renew at once, one
 * does, and all have its tokens.
 */
export function renewSignedIn(path: string, server: string, used: string): Promise<string | null> {
  return withCredentialsLock(path, async () => {
    const credentials = await readCredentials(path);
    const kept = credentials.servers[server];
    if (kept === undefined || !isSignedIn(kept)) return kept?.token ?? null;
    if (kept.token !== used) return kept.token;
    const fields = { grant_type: 'refresh_token', refresh_token: kept.refreshToken, client_id: kept.clientId };
    const answer = await requestTokens(kept.issuer, fields);
    if ('error' in answer) return null;
    const renewed = signedInOf(answer, kept);
    await writeCredentials(path, { ...credentials, servers: { ...credentials.servers, [server]: renewed } });
    return renewed.token;
  });
}

/** What is kept of an issuer's answer. An issuer that gives no new refresh token means the one before. */
export function signedInOf(
  answer: TokenAnswer,
  { issuer, clientId, refreshToken }: Pick<SignedIn, 'issuer' | 'clientId'> & { refreshToken: string },
): SignedIn {
  return {
    token: answer.access_token,
    refreshToken: answer.refresh_token ?? refreshToken,
    expiresAtMs: Date.now() + answer.expires_in * 1000,
    issuer,
    clientId,
  };
}

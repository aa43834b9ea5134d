/** How users sign in at a user pool: part of `/config.json`. */
import { type ClientConfig, CONSOLE_REDIRECT_PATH } from '../../../../core/api/identity.ts';
import { cliRedirectUris, issuerOfPool, regionOfPool, signInScope } from '../layout/sign-in.ts';

export interface CognitoSignIn {
  userPoolId: string;
  consoleClientId: string;
  cliClientId: string;
  /** Of managed login: `loadstar-1234.auth.eu-west-1.amazoncognito.com`. */
  signInHost: string;
}

export function cognitoSignInSettings({
  userPoolId,
  consoleClientId,
  cliClientId,
  signInHost,
}: CognitoSignIn): Omit<ClientConfig['signIn'], 'isEmbedded' | 'problem'> {
  return {
    issuer: issuerOfPool(userPoolId),
    clientId: consoleClientId,
    cliClientId,
    scope: signInScope,
    redirectPath: CONSOLE_REDIRECT_PATH,
    cliRedirectUris: [...cliRedirectUris],
    cognito: { userPoolId, region: regionOfPool(userPoolId), host: signInHost },
  };
}

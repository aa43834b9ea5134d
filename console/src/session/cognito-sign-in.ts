/**
 * Signing in at a user pool of Cognito, with AWS Amplify's Auth: its managed login, authorization code with PKCE. Tokens live as long as the tab, as
 * with any other issuer. Loaded where a pool is the issuer, and nowhere else.
 */
import { AUTH_KEY_PREFIX, cognitoUserPoolsTokenProvider, signInWithRedirect, signOut } from '@aws-amplify/auth/cognito';
import { Amplify, fetchAuthSession, Hub, sessionStorage } from '@aws-amplify/core';
import type { ConsoleConfig } from '../config.ts';
import { pathOfOurs } from './path-of-ours.ts';
import type { SignIn } from './sign-in.ts';

/** A token that is asked for is good for at least so long. */
const REMAINING_SECONDS_MIN = 30;

type Pool = NonNullable<ConsoleConfig['signIn']['cognito']>;

/** To be made once: what comes back from the issuer is taken up at once. */
export function createCognitoSignIn({ signIn }: ConsoleConfig, pool: Pool): SignIn {
  const returning = listen(isUnderWay(signIn.clientId));
  configure(signIn, pool);

  async function accessToken(): Promise<string | null> {
    await returning.settled;
    try {
      let { tokens } = await fetchAuthSession();
      const remainingSeconds = (tokens?.accessToken.payload.exp ?? 0) - Date.now() / 1000;
      if (tokens !== undefined && remainingSeconds < REMAINING_SECONDS_MIN) {
        ({ tokens } = await fetchAuthSession({ forceRefresh: true }));
      }
      return tokens?.accessToken.toString() ?? null;
    } catch {
      // Expired or taken back: whoever needs a token signs in again.
      return null;
    }
  }

  return {
    accessToken,
    async begin(returnTo) {
      // What is left of a session that the API refuses would count as one.
      await cognitoUserPoolsTokenProvider.tokenOrchestrator.clearTokens();
      await signInWithRedirect({ customState: returnTo });
    },
    isCallback: (url) => url.pathname === signIn.redirectPath,
    async finish() {
      // There is nothing to take when the page is loaded once more.
      await returning.settled;
      if (returning.failure !== null) throw returning.failure;
      return pathOfOurs(returning.returnTo);
    },
    signOut: () => signOut(),
  };
}

/** A sign-in was begun, and what came of it was not taken up yet. Amplify keeps this for itself; it does not say when nothing is under way. */
function isUnderWay(clientId: string): boolean {
  return window.localStorage.getItem(`${AUTH_KEY_PREFIX}.${clientId}.inflightOAuth`) === 'true';
}

/** What comes back from the issuer. */
interface Returning {
  returnTo: unknown;
  failure: Error | null;
  /** Until then tokens are not asked for: Amplify would wait for minutes for what has failed a moment before. */
  settled: Promise<void>;
}

function listen(isAwaited: boolean): Returning {
  const { promise: settled, resolve } = Promise.withResolvers<void>();
  if (!isAwaited) resolve();
  const returning: Returning = { returnTo: '/', failure: null, settled };
  Hub.listen('auth', ({ payload }) => {
    if (payload.event === 'customOAuthState') returning.returnTo = payload.data;
    if (payload.event === 'signInWithRedirect') resolve();
    if (payload.event === 'signInWithRedirect_failure') {
      const { error } = (payload.data ?? {}) as { error?: unknown };
      const why = error instanceof Error ? error.message : 'it did not work';
      returning.failure = new Error(`You are not signed in: ${why}`);
      resolve();
    }
  });
  return returning;
}

function configure({ clientId, redirectPath, scope }: ConsoleConfig['signIn'], pool: Pool): void {
  const { origin } = window.location;
  const oauth = {
    domain: pool.host,
    scopes: scope.split(' '),
    redirectSignIn: [`${origin}${redirectPath}`],
    redirectSignOut: [`${origin}/`],
    responseType: 'code' as const,
  };
  const Auth = {
    Cognito: { userPoolId: pool.userPoolId, userPoolClientId: clientId, loginWith: { oauth } },
  };
  cognitoUserPoolsTokenProvider.setAuthConfig(Auth);
  cognitoUserPoolsTokenProvider.setKeyValueStorage(sessionStorage);
  Amplify.configure({ Auth }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
}

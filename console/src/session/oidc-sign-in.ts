/**
 * Signing in with an OpenID provider: authorization code with PKCE, refresh tokens that rotate. Tokens live as long as the tab; another tab
 * signs in by itself, without a question, as long as the provider knows the browser.
 */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { ConsoleConfig } from '../config.ts';
import { pathOfOurs } from './path-of-ours.ts';
import type { SignIn } from './sign-in.ts';

/** A token that is asked for is good for at least so long. */
const REMAINING_SECONDS_MIN = 30;

export function createOidcSignIn({ signIn: { clientId, issuer, redirectPath, scope } }: ConsoleConfig): SignIn {
  const { origin } = window.location;
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${origin}${redirectPath}`,
    post_logout_redirect_uri: `${origin}/`,
    scope,
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    // Renewed when a token is needed, in `accessToken`.
    automaticSilentRenew: false,
  });
  let renewal: Promise<string | null> | null = null;

  async function renew(): Promise<string | null> {
    try {
      return (await manager.signinSilent())?.access_token ?? null;
    } catch {
      // Expired or taken back: whoever needs a token signs in again.
      await manager.removeUser();
      return null;
    } finally {
      renewal = null;
    }
  }

  return {
    async accessToken() {
      const user = await manager.getUser();
      if (user === null) return null;
      if ((user.expires_in ?? 0) > REMAINING_SECONDS_MIN) return user.access_token;
      // With an `offline_access` token only: else the provider would be asked in a frame, which it refuses.
      if (user.refresh_token === undefined) return null;
      renewal ??= renew();
      return renewal;
    },
    begin: (returnTo) => manager.signinRedirect({ state: { returnTo } }),
    isCallback: (url) => url.pathname === redirectPath,
    async finish(url) {
      const user = await manager.signinCallback(url.href);
      return pathOfOurs((user?.state as { returnTo?: unknown } | undefined)?.returnTo);
    },
    signOut: () => manager.signoutRedirect(),
  };
}

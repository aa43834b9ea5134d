/** Signs the person in, or takes up the session they have. */
import type { Me } from '../../../core/api/identity.ts';
import { type ApiClient, createApiClient } from '../api/api-client.ts';
import { type ConsoleConfig, loadConfig } from '../config.ts';
import { createOidcSignIn } from './oidc-sign-in.ts';
import type { Session } from './session-context.ts';
import type { SignIn } from './sign-in.ts';

/** Never resolves when the page is about to be left for the issuer's. Throws an `Error` for people. */
export async function openSession(): Promise<Session> {
  const config = await loadConfig();
  if (!window.isSecureContext) {
    throw new Error(
      'This page came over plain HTTP from another host, where browsers refuse what signing in needs. Give the control plane TLS, or open it through a proxy that has it.',
    );
  }
  const signIn = await createSignIn(config);
  const here = new URL(window.location.href);
  if (signIn.isCallback(here)) {
    const goOnAt = await signIn.finish(here);
    window.history.replaceState(null, '', goOnAt);
  }
  const api = createApiClient(config.apiUrl, signIn, () => void signInAgain(signIn));
  if ((await signIn.accessToken()) === null) return signInAgain(signIn);
  return { config, signIn, api, me: await readMe(api) };
}

async function createSignIn(config: ConsoleConfig): Promise<SignIn> {
  const { cognito } = config.signIn;
  if (cognito === null) return createOidcSignIn(config);
  // Much code, which no other issuer takes.
  const { createCognitoSignIn } = await import('./cognito-sign-in.ts');
  return createCognitoSignIn(config, cognito);
}

const readMe = (api: ApiClient): Promise<Me> => api.get<Me>('/me');

let isLeaving = false;

async function signInAgain(signIn: SignIn): Promise<never> {
  if (!isLeaving) {
    isLeaving = true;
    const { pathname, search, hash } = window.location;
    await signIn.begin(`${pathname}${search}${hash}`);
  }
  return new Promise(() => {});
}

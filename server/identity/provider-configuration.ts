/** How the embedded OpenID provider is set up: few flows, short lives, our pages. */
import type { Account, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { interactionPolicy } from 'oidc-provider';
import type { User } from '../ports/users.ts';
import { API_AUDIENCE, CONSOLE_CLIENT, clientsOf, originsOf } from './clients.ts';
import {
  deviceCodePage,
  deviceConfirmPage,
  deviceDonePage,
  providerErrorPage,
  signedOutPage,
  signOutPage,
} from './pages/provider-pages.ts';
import type { ProviderOptions } from './provider-options.ts';
import { createRecordAdapter } from './record-adapter.ts';

const MINUTE = 60;
const DAY = 24 * 3600;

/** Lives in seconds. */
const lives = {
  AccessToken: 10 * MINUTE,
  AuthorizationCode: MINUTE,
  DeviceCode: 10 * MINUTE,
  IdToken: 10 * MINUTE,
  Interaction: 30 * MINUTE,
  /** From the last use on. */
  RefreshToken: 14 * DAY,
  Session: 14 * DAY,
  Grant: 30 * DAY,
} as const;

export const INTERACTION_PATH = '/sign-in/interaction';

export function providerConfiguration({ publicUrl, keys, ports, log }: ProviderOptions): Configuration {
  const origins = originsOf(publicUrl);
  // Cookies are shared by all ports of a host.
  const { port } = new URL(publicUrl);
  const cookie = (name: string) => `loadstar_${name}${port === '' ? '' : `_${port}`}`;
  const configuration: Configuration = {
    adapter: (kind: string) => createRecordAdapter(kind, ports.identityRecords, ports.nowMs),
    clients: clientsOf(origins),
    clientBasedCORS: (_context, origin) => origins.includes(origin),
    claims: { openid: ['sub', 'name', 'email', 'role'] },
    conformIdTokenClaims: false,
    cookies: {
      keys: keys.cookieKeys,
      names: { session: cookie('session'), interaction: cookie('question'), resume: cookie('resume') },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    jwks: { keys: keys.signingKeys },
    pkce: { required: () => true },
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access'],
    subjectTypes: ['public'],
    clientAuthMethods: ['none'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    ttl: lives,
    features: features(),
    interactions: { policy: policy(), url: (_context, { uid }) => `${INTERACTION_PATH}/${uid}` },
    findAccount: async (_context, id) => accountOf(await ports.users.get(id)),
    extraTokenClaims: async (_context, token) => {
      const user = 'accountId' in token && token.accountId ? await ports.users.get(token.accountId) : null;
      return user === null ? undefined : { roles: [user.role], email: user.email };
    },
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    // Signing out of the console ends what it has; the command line has signed in for itself.
    expiresWithSession: async (context) => context.oidc.client?.clientId === CONSOLE_CLIENT,
    rotateRefreshToken: true,
    loadExistingGrant,
    renderError(context, out) {
      context.type = 'html';
      context.body = providerErrorPage({ error: String(out.error), description: out.error_description ?? '' });
      log('info', 'a sign-in was refused', { error: out.error, reason: out.error_description ?? null });
    },
  };
  return configuration;
}

function features(): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    // Whoever holds a token may take it back, with the client that it was given to.
    revocation: { enabled: true, allowedPolicy: async (_context, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => API_AUDIENCE,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_context, resource) => {
        if (resource !== API_AUDIENCE) throw new Error(`no API ${resource}`);
        return {
          scope: '',
          audience: API_AUDIENCE,
          accessTokenTTL: lives.AccessToken,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(context) {
        context.body = signOutPage(formOf(context, 'end_session_confirm'));
      },
      postLogoutSuccessSource(context) {
        context.body = signedOutPage();
      },
    },
    deviceFlow: {
      enabled: true,
      userCodeInputSource(context, _form, _out, error) {
        const userCode = (error as { userCode?: string } | undefined)?.userCode ?? '';
        context.body = deviceCodePage({ ...formOf(context, 'code_verification'), userCode, alert: alertOf(error) });
      },
      userCodeConfirmSource(context, _form, client, _deviceInfo, userCode) {
        const typed = String(context.oidc.params?.user_code ?? '');
        const form = formOf(context, 'code_verification');
        context.body = deviceConfirmPage({ ...form, typed, userCode, client: client.clientName ?? client.clientId });
      },
      successSource(context) {
        context.body = deviceDonePage();
      },
    },
  };
}

function formOf(context: KoaContextWithOIDC, route: string): { action: string; xsrf: string } {
  context.type = 'html';
  const { secret } = (context.oidc.session?.state ?? {}) as { secret?: string };
  return { action: new URL(context.oidc.urlFor(route)).pathname, xsrf: secret ?? '' };
}

const alerts: Readonly<Record<string, string>> = {
  NotFoundError: 'There is no such code: look again, or start anew on the device.',
  ExpiredError: 'The code is over: start anew on the device.',
  AlreadyUsedError: 'The code was used already: start anew on the device.',
  AbortedError: 'It was not let in.',
};

function alertOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name === 'NoCodeError') return null;
  return alerts[error.name] ?? 'This did not work: start anew on the device.';
}

function isOfDevice({ oidc }: KoaContextWithOIDC): boolean {
  return /^(code|device)_/.test(oidc.route);
}

/** A program on one's own machine asks each time; with a device, the code that was confirmed is the answer. */
function policy(): interactionPolicy.DefaultPolicy {
  const base = interactionPolicy.base();
  const checks = base.get('consent')?.checks;
  const { Check } = interactionPolicy;
  checks?.remove('native_client_prompt');
  checks?.add(
    new Check(
      'native_client_prompt',
      'native clients require End-User interaction',
      'interaction_required',
      (context) => {
        const isAsked = context.oidc.client?.applicationType === 'native' && !isOfDevice(context);
        const isAnswered = Boolean((context.oidc.result as { consent?: unknown } | undefined)?.consent);
        return isAsked && !isAnswered ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
      },
    ),
  );
  return base;
}

/** The console is this server's own: it is not asked for. */
async function loadExistingGrant(context: KoaContextWithOIDC) {
  const { client, provider, session } = context.oidc;
  const accountId = session?.accountId;
  if (client === undefined || accountId === undefined) return undefined;
  const { consent } = (context.oidc.result ?? {}) as { consent?: { grantId?: string } };
  const grantId = consent?.grantId ?? session?.grantIdFor(client.clientId);
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (found !== undefined && found.accountId === accountId) return found;
  if (client.clientId !== CONSOLE_CLIENT && !isOfDevice(context)) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId });
  grant.addOIDCScope('openid offline_access');
  await grant.save();
  return grant;
}

/** Nobody, unless active. */
function accountOf(user: User | null): Account | undefined {
  if (user === null || user.status !== 'active') return undefined;
  const { id, name, email, role } = user;
  return { accountId: id, claims: async () => ({ sub: id, name, email, role }) };
}

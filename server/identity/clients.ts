/** The programs that users sign in with. None of them can keep a secret: PKCE says that who asks is who gets. */
import type { ClientMetadata } from 'oidc-provider';
import { CONSOLE_REDIRECT_PATH } from '../../core/api/identity.ts';

export const CONSOLE_CLIENT = 'loadstar-console';
export const CLI_CLIENT = 'loadstar-cli';
/** Who access tokens are for: the API. */
export const API_AUDIENCE = 'urn:loadstar:api';
export const SCOPE = 'openid';
/** The command line listens on any port of it (RFC 8252, 7.3). */
export const CLI_REDIRECT_URI = 'http://127.0.0.1/callback';

const SIGNED_WITH = 'ES256';

/** `origins`: all that the console may be reached by. */
export function clientsOf(origins: readonly string[]): ClientMetadata[] {
  const common = {
    token_endpoint_auth_method: 'none',
    response_types: ['code'],
    id_token_signed_response_alg: SIGNED_WITH,
  } satisfies Partial<ClientMetadata>;
  return [
    {
      ...common,
      client_id: CONSOLE_CLIENT,
      client_name: 'Loadstar console',
      application_type: 'web',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: origins.map((origin) => `${origin}${CONSOLE_REDIRECT_PATH}`),
      post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
    },
    {
      ...common,
      client_id: CLI_CLIENT,
      client_name: 'Loadstar command line',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: [CLI_REDIRECT_URI],
    },
  ];
}

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** The names of this machine are one. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.includes(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Where browsers can be that are here: this origin, and on one's own machine its other names. */
export function originsOf(publicUrl: string): string[] {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  if (!isLoopbackHost(hostname)) return [origin];
  const others = LOOPBACK_HOSTS.map((host) => `${protocol}//${host}${port === '' ? '' : `:${port}`}`);
  return [...new Set([origin, ...others])];
}

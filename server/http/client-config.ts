/** `/config.json`: what the console and the command line need to know before anybody has signed in. */
import type { ClientConfig } from '../../core/api/identity.ts';
import { insecurityOf, PROVIDER_PATH } from '../identity/provider-address.ts';
import type { Api, ApiContext } from './api.ts';
import { elsewhere } from './sign-in/elsewhere.ts';

/** How users sign in, as far as the configuration says it. */
export type SignInSettings = Pick<ClientConfig['signIn'], 'clientId' | 'cliClientId' | 'scope' | 'redirectPath'> &
  Partial<Pick<ClientConfig['signIn'], 'cliRedirectUris' | 'cognito'>> & {
    /** Null: the control plane itself. */
    issuer: string | null;
  };

export interface ClientConfigDependencies {
  version: string;
  publicUrl(): string;
  /** Where live data is to be had: a path below the public URL, or a URL of its own; null where there is none. */
  mqttAddress: string | null;
  signIn: SignInSettings;
}

export function registerClientConfig(app: Api, deps: ClientConfigDependencies): void {
  app.get('/config.json', (c) => {
    const { issuer, ...signIn } = deps.signIn;
    const publicUrl = deps.publicUrl();
    const config: ClientConfig = {
      version: deps.version,
      apiUrl: `${publicUrl}/api`,
      mqttUrl: mqttUrlOf(deps.mqttAddress, publicUrl),
      signIn: {
        cliRedirectUris: [],
        cognito: null,
        ...signIn,
        issuer: issuer ?? `${publicUrl}${PROVIDER_PATH}`,
        isEmbedded: issuer === null,
        problem: problemOf(c, publicUrl),
      },
    };
    return c.json(config);
  });
}

function mqttUrlOf(address: string | null, publicUrl: string): string | null {
  return address?.startsWith('/') ? `${publicUrl.replace(/^http/, 'ws')}${address}` : address;
}

function problemOf(c: ApiContext, publicUrl: string): string | null {
  const other = elsewhere(c, publicUrl);
  return other !== null && 'problem' in other ? other.problem : insecurityOf(publicUrl);
}

/** `/config.json`: what the console and the command line need to know before anybody has signed in. */
import type { ClientConfig } from '../../core/api/identity.ts';
import { insecurityOf } from '../identity/provider.ts';
import type { ApiContext } from './api.ts';
import { elsewhere } from './sign-in/provider-bridge.ts';
import type { App } from './sign-in/sign-in-page.ts';

/** How users sign in, as far as the configuration says it. */
export interface SignInSettings {
  /** Null: the control plane itself. */
  issuer: string | null;
  clientId: string;
  cliClientId: string;
  scope: string;
  redirectPath: string;
}

export interface ClientConfigDependencies {
  version: string;
  publicUrl(): string;
  /** Where live data is to be had, below the public URL; null where there is none. */
  mqttPath: string | null;
  ownIssuer(): string;
  signIn: SignInSettings;
}

export function registerClientConfig(app: App, deps: ClientConfigDependencies): void {
  app.get('/config.json', (c) => {
    const { issuer, ...signIn } = deps.signIn;
    const publicUrl = deps.publicUrl();
    const config: ClientConfig = {
      version: deps.version,
      apiUrl: `${publicUrl}/api`,
      mqttUrl: deps.mqttPath === null ? null : `${publicUrl.replace(/^http/, 'ws')}${deps.mqttPath}`,
      signIn: {
        ...signIn,
        issuer: issuer ?? deps.ownIssuer(),
        isEmbedded: issuer === null,
        problem: problemOf(c, publicUrl),
      },
    };
    return c.json(config);
  });
}

function problemOf(c: ApiContext, publicUrl: string): string | null {
  const other = elsewhere(c, publicUrl);
  return other !== null && 'problem' in other ? other.problem : insecurityOf(publicUrl);
}

/** The embedded OpenID provider. Who asks comes through `server/http/sign-in/`; what it keeps lies in the records' store. */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import type { Log } from '../ports/log.ts';
import { CLI_CLIENT } from './clients.ts';
import { PROVIDER_PATH } from './provider-address.ts';
import { providerConfiguration } from './provider-configuration.ts';
import type { ProviderOptions } from './provider-options.ts';

export interface IdentityProvider {
  issuer: string;
  /** Answers a request below `PROVIDER_PATH`; its URL is without that. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** What somebody is asked now; null when the question is over, or was never put to this browser. */
  question(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Question | null>;
  /** Each tells where the browser goes on. */
  signedIn(incoming: IncomingMessage, outgoing: ServerResponse, accountId: string): Promise<string>;
  allowed(incoming: IncomingMessage, outgoing: ServerResponse, question: Question): Promise<string>;
  denied(incoming: IncomingMessage, outgoing: ServerResponse): Promise<string>;
}

export interface Question {
  id: string;
  /** `login`: who are you? `consent`: may the client act as you? */
  kind: 'login' | 'consent';
  clientId: string;
  isForCli: boolean;
  /** Who is signed in. */
  accountId: string | null;
  loginHint: string;
}

export function createIdentityProvider(options: ProviderOptions): IdentityProvider {
  const issuer = `${options.publicUrl}${PROVIDER_PATH}`;
  const provider = new Provider(issuer, providerConfiguration(options));
  // What the bridge says about a request is right: it has looked at the proxies.
  provider.proxy = true;
  watchErrors(provider, options.log);
  const handle = provider.callback();
  return {
    issuer,
    answer: (incoming, outgoing) => handle(incoming, outgoing),
    async question(incoming, outgoing) {
      const details = await provider.interactionDetails(incoming, outgoing).catch(() => null);
      if (details === null) return null;
      const { uid, prompt, params, session } = details;
      const clientId = String(params.client_id);
      const kind = prompt.name === 'consent' ? 'consent' : 'login';
      return {
        id: uid,
        kind,
        clientId,
        isForCli: clientId === CLI_CLIENT,
        accountId: session?.accountId ?? null,
        loginHint: typeof params.login_hint === 'string' ? params.login_hint : '',
      };
    },
    signedIn: (incoming, outgoing, accountId) =>
      provider.interactionResult(incoming, outgoing, { login: { accountId } }, { mergeWithLastSubmission: false }),
    async allowed(incoming, outgoing, { clientId, accountId }) {
      const grant = new provider.Grant({ clientId, accountId: accountId ?? '' });
      grant.addOIDCScope('openid');
      const consent = { grantId: await grant.save() };
      return provider.interactionResult(incoming, outgoing, { consent }, { mergeWithLastSubmission: true });
    },
    denied: (incoming, outgoing) =>
      provider.interactionResult(
        incoming,
        outgoing,
        { error: 'access_denied', error_description: 'It was not allowed.' },
        { mergeWithLastSubmission: false },
      ),
  };
}

function watchErrors(provider: Provider, log: Log): void {
  const tell = (error: Error) => log('error', 'signing in failed', { error: error.stack ?? error.message });
  provider.on('server_error', (_context, error) => tell(error));
  const emitter: EventEmitter = provider;
  emitter.on('error', tell);
}

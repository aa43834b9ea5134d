/** Puts together who may come in: the embedded OpenID provider, or an issuer elsewhere; API tokens, and the local one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CONSOLE_REDIRECT_PATH, type SignInLinkResource } from '../../core/api/identity.ts';
import { LoadstarError } from '../../core/errors.ts';
import { openIdentityKeys } from '../adapters/local/identity-keys.ts';
import { type LocalToken, openLocalToken } from '../adapters/local/local-token.ts';
import { createSmtpMail } from '../adapters/smtp-mail.ts';
import type { Config } from '../config/load-config.ts';
import { type Authenticate, createAuthentication } from '../http/authentication.ts';
import type { SignInSettings } from '../http/client-config.ts';
import type { SignInDependencies } from '../http/sign-in/sign-in-page.ts';
import { API_AUDIENCE, CLI_CLIENT, CONSOLE_CLIENT, SCOPE } from '../identity/clients.ts';
import { createIssuerVerifier, createOwnVerifier } from '../identity/jwt-verifier.ts';
import { type IdentityKeys, publicKeysOf } from '../identity/keys.ts';
import { createIdentityProvider, type IdentityProvider } from '../identity/provider.ts';
import { insecurityOf, PROVIDER_PATH } from '../identity/provider-address.ts';
import { isLoopback } from '../network/address-ranges.ts';
import type { Log } from '../ports/log.ts';
import type { Ports } from '../ports/ports.ts';
import type { TokenVerifier } from '../ports/token-verifier.ts';
import { createAttemptGuard } from '../security/attempt-guard.ts';
import { ensureFirstAdmin } from '../verbs/users/first-admin.ts';
import { createLinkInvitations } from '../verbs/users/issue-link.ts';

const PRUNE_EVERY_MS = 10 * 60 * 1000;
const ROLES = { viewer: ['viewer'], editor: ['editor'], admin: ['admin'] };

export interface SignInParts {
  deps: SignInDependencies & { signIn: SignInSettings };
  authenticate: Authenticate;
  /** Once it is served: makes the first administrator and looks at what is configured. */
  begin(served: { port: number }): Promise<SignInBeginning>;
  close(): Promise<void>;
}

export interface SignInBeginning {
  /** Nobody was known before. */
  isFirstStart: boolean;
  /** By which the first administrator comes in; null when there is one already, or users are kept elsewhere. */
  link: SignInLinkResource | null;
  warnings: string[];
}

export interface SignInOptions {
  config: Pick<Config, 'home' | 'host' | 'publicUrl' | 'signIn' | 'mail' | 'adminEmail'>;
  ports: Ports;
  log: Log;
  /** `https://loadstar.example`; asked for when it is served. */
  publicUrl(): string;
}

/** Throws `store_failed`. */
export async function openSignIn({ config, ports, log, publicUrl }: SignInOptions): Promise<SignInParts> {
  const keys = await openIdentityKeys(join(config.home, 'identity-keys.json'));
  const localToken: LocalToken = await openLocalToken(join(config.home, 'local-token'));
  // Of the first release: what it opened is opened by signing in.
  await rm(join(config.home, 'admin-token'), { force: true });
  const provider = later((url: string) => createIdentityProvider({ publicUrl: url, keys, ports, log }), publicUrl);
  const keepsUsers = config.signIn === null;
  const { verifier, check } = verifierOf(config, keys, publicUrl);
  const mail = config.mail === null ? null : createSmtpMail(config.mail);
  const deps: SignInParts['deps'] = {
    ...ports,
    mail,
    publicUrl,
    invitations: createLinkInvitations({ ...ports, mail, publicUrl, log }),
    keepsUsers,
    attempts: createAttemptGuard(ports.nowMs),
    provider: () => (keepsUsers ? provider() : null),
    signIn: settingsOf(config),
  };
  const pruning = setInterval(() => void prune(ports, log), PRUNE_EVERY_MS);
  pruning.unref();
  return {
    deps,
    authenticate: createAuthentication({ ...ports, verifier, keepsUsers, localTokenHash: localToken.hash }),
    async begin({ port }) {
      await localToken.serveOn(port);
      const warnings = [...(await check()), ...placeWarnings(config, publicUrl())];
      if (!keepsUsers) return { isFirstStart: false, link: null, warnings };
      const { isNew, link } = await ensureFirstAdmin(deps, { email: config.adminEmail });
      return { isFirstStart: isNew, link, warnings };
    },
    async close() {
      clearInterval(pruning);
      await localToken.close();
    },
  };
}

/** What keeps people from signing in where they are. */
function placeWarnings(config: Pick<Config, 'host' | 'publicUrl'>, url: string): string[] {
  const insecurity = insecurityOf(url);
  if (insecurity !== null) return [insecurity];
  if (config.publicUrl !== null || config.host === 'localhost' || isLoopback(config.host)) return [];
  return [
    `Only people on this machine can sign in, at ${url}: set publicUrl to an https:// address that others reach it by.`,
  ];
}

/** Made at the first use: the public URL is known once it is served. */
function later(make: (publicUrl: string) => IdentityProvider, publicUrl: () => string): () => IdentityProvider {
  let made: IdentityProvider | null = null;
  return () => {
    made ??= make(publicUrl());
    return made;
  };
}

function settingsOf({ signIn }: Pick<Config, 'signIn'>): SignInSettings {
  const redirectPath = CONSOLE_REDIRECT_PATH;
  if (signIn === null) {
    return { issuer: null, clientId: CONSOLE_CLIENT, cliClientId: CLI_CLIENT, scope: SCOPE, redirectPath };
  }
  const { issuer, clientId, cliClientId, scope } = signIn;
  return { issuer, clientId, cliClientId: cliClientId ?? clientId, scope, redirectPath };
}

/** `check`: throws `config_invalid`; its warnings are for people. */
function verifierOf(
  { signIn }: Pick<Config, 'signIn'>,
  keys: IdentityKeys,
  publicUrl: () => string,
): { verifier: TokenVerifier; check(): Promise<string[]> } {
  if (signIn === null) {
    const verifier = (url: string) =>
      createOwnVerifier(
        { issuer: `${url}${PROVIDER_PATH}`, audience: API_AUDIENCE, rolesClaim: 'roles', roles: ROLES },
        publicKeysOf(keys),
      );
    let made: TokenVerifier | null = null;
    return {
      verifier: {
        verify(token) {
          made ??= verifier(publicUrl());
          return made.verify(token);
        },
      },
      check: async () => [],
    };
  }
  const verifier = createIssuerVerifier(signIn, { jwksUrl: signIn.jwksUrl });
  return {
    verifier,
    async check() {
      try {
        await verifier.check();
        return [];
      } catch (error) {
        if (!(error instanceof LoadstarError) || error.code !== 'issuer_unreachable') throw error;
        return [`${error.message} Nobody can sign in until then; it is tried again with each request.`];
      }
    },
  };
}

async function prune({ identityRecords, nowMs }: Ports, log: Log): Promise<void> {
  try {
    await identityRecords.prune(nowMs());
  } catch (error) {
    log('warn', 'records of sign-in that are over could not be removed', { error: (error as Error).message });
  }
}

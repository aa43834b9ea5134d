/** `loadstar login` and `loadstar logout` */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { exitCodes, LoadstarError } from '../../core/errors.ts';
import { createApiClient } from '../client/api-client.ts';
import {
  type Credential,
  credentialsPath,
  isSignedIn,
  readCredentials,
  writeCredentials,
} from '../client/credentials.ts';
import { withCredentialsLock } from '../client/credentials-lock.ts';
import { createHttp } from '../client/http.ts';
import { signedInOf } from '../client/renew.ts';
import { isLoopback, readServerUrl, SERVER_URL_DEFAULT } from '../client/server-url.ts';
import { signInByBrowser } from '../sign-in/browser-sign-in.ts';
import { signInByDevice } from '../sign-in/device-sign-in.ts';
import { describeIssuer, readClientConfig } from '../sign-in/issuer.ts';
import { openBrowser } from '../sign-in/open-browser.ts';
import { revokeToken } from '../sign-in/token-endpoint.ts';
import { readSecret } from '../terminal/read-secret.ts';
import { printable } from '../terminal/text.ts';
import type { CliContext } from './client-command.ts';

const loginHelp = `
URL is the server's address, such as https://loadstar.example.com; without it, LOADSTAR_SERVER or that of the last login.
The browser is opened to sign in; with --device any other one will do. What comes of it is kept in
~/.config/loadstar/credentials.json, for its owner only, and renewed as long as it is used.

On the machine of the server, whoever may read its data directory needs no login. Pipelines need none either: they set
LOADSTAR_SERVER and LOADSTAR_TOKEN, to an API token (loadstar tokens create).

Examples:
  loadstar login https://loadstar.example.com
  loadstar login https://loadstar.example.com --device
  loadstar login https://loadstar.example.com --token-file token.txt
`;

interface LoginOptions {
  device?: boolean;
  token?: boolean;
  tokenFile?: string;
}

export function loginCommand(context: CliContext): Command {
  return new Command('login')
    .summary('sign in to a server')
    .description('Signs in to a server, and stays so for the commands that follow.')
    .argument('[URL]', 'the server')
    .addOption(
      new Option('--device', 'with a code that is typed in on any other device').conflicts(['token', 'tokenFile']),
    )
    .addOption(
      new Option('--token', 'with an API token: asked for, or read from standard input').conflicts('tokenFile'),
    )
    .option('--token-file <FILE>', 'with the API token that a file holds')
    .addHelpText('after', loginHelp)
    .action((url: string | undefined, options: LoginOptions) => login(url, options, context));
}

export function logoutCommand(context: CliContext): Command {
  return new Command('logout')
    .summary('sign out of a server')
    .description('Signs out of a server: the one named, or the one of the last login.')
    .argument('[URL]', 'the server')
    .action((url: string | undefined) => logout(url, context));
}

async function login(url: string | undefined, options: LoginOptions, context: CliContext): Promise<void> {
  const { environment, outputs } = context;
  const path = credentialsPath(environment);
  const server = serverOf(url, (await readCredentials(path)).current, context);
  if (server.startsWith('http:') && !isLoopback(server)) {
    const { yellow } = outputs.messages.style;
    outputs.messages.write(`${yellow('warning')}  ${server} is not encrypted: others on the way can read the token\n`);
  }
  const isGiven = options.token === true || options.tokenFile !== undefined;
  const credential = isGiven ? await readToken(server, options, context) : await signIn(server, options, context);
  if (credential === null) {
    context.onExitCode(exitCodes.interrupted);
    return;
  }
  const client = createApiClient(createHttp({ server, token: credential.token }));
  const { version } = await client.version();
  const me = await client.me();
  await withCredentialsLock(path, async () => {
    const { servers } = await readCredentials(path);
    await writeCredentials(path, { version: 1, current: server, servers: { ...servers, [server]: credential } });
  });
  const who = printable(me.email ?? me.name);
  outputs.results.write(`Logged in to ${server} (Loadstar ${printable(version)}) as ${who}, ${me.role}.\n`);
  const overruling = ['LOADSTAR_SERVER', 'LOADSTAR_TOKEN'].filter((name) => environment[name]);
  if (overruling.length > 0)
    outputs.messages.write(`The environment's ${overruling.join(' and ')} still comes first.\n`);
}

async function signIn(server: string, { device = false }: LoginOptions, context: CliContext): Promise<Credential> {
  const { messages } = context.outputs;
  const { signIn: settings } = await readClientConfig(server);
  const issuer = await describeIssuer(settings.issuer);
  const client = { issuer, clientId: settings.cliClientId, scope: settings.scope };
  const answer = device
    ? await signInByDevice({
        ...client,
        onCode: (code) => {
          const address = printable(code.verification_uri);
          messages.write(`Open ${address} in any browser, and type in the code ${printable(code.user_code)}\n`);
        },
      })
    : await signInByBrowser({
        ...client,
        redirectUris: settings.cliRedirectUris,
        onUrl: (address) => {
          messages.write(`Sign in in the browser. If none opens, open this:\n${printable(address)}\n`);
          openBrowser(address, context.environment);
        },
      });
  if (answer.refresh_token === undefined) return { token: answer.access_token };
  const { issuer: name, cliClientId: clientId } = settings;
  return signedInOf(answer, { issuer: name, clientId, refreshToken: answer.refresh_token });
}

async function logout(url: string | undefined, context: CliContext): Promise<void> {
  const path = credentialsPath(context.environment);
  const credentials = await readCredentials(path);
  const server = url === undefined ? credentials.current : readServerUrl(url, 'URL');
  const kept = server === null ? undefined : credentials.servers[server];
  if (server === null || kept === undefined) {
    const where = server === null ? 'to any server' : `to ${server}`;
    throw new LoadstarError('not_found', `You are not logged in ${where}.`);
  }
  await withCredentialsLock(path, async () => {
    const latest = await readCredentials(path);
    const { [server]: _forgotten, ...servers } = latest.servers;
    const current = latest.current === server ? null : latest.current;
    await writeCredentials(path, { version: 1, current, servers });
  });
  context.outputs.results.write(`Logged out of ${server}.\n`);
  if (isSignedIn(kept) && !(await revokeToken(kept.issuer, kept.clientId, kept.refreshToken))) {
    context.outputs.messages.write(
      'The server could not be told: what was kept here is good there until it runs out.\n',
    );
  }
}

function serverOf(url: string | undefined, current: string | null, { environment }: CliContext): string {
  if (url !== undefined) return readServerUrl(url, 'URL');
  if (environment.LOADSTAR_SERVER) return readServerUrl(environment.LOADSTAR_SERVER, 'LOADSTAR_SERVER');
  return current ?? SERVER_URL_DEFAULT;
}

/** Null when whoever was asked gave up. */
async function readToken(
  server: string,
  { tokenFile }: LoginOptions,
  { stdin, outputs }: CliContext,
): Promise<Credential | null> {
  if (tokenFile === undefined) {
    const token = await readSecret(`API token for ${server} (it is not shown): `, stdin(), outputs.messages);
    return token === null ? null : { token };
  }
  try {
    return { token: (await readFile(tokenFile, 'utf8')).trim() };
  } catch (cause) {
    const fields = [{ path: '--token-file', message: (cause as Error).message }];
    throw new LoadstarError('option_invalid', 'The token cannot be read.', { fields, cause });
  }
}

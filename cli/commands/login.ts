/** `loadstar login` and `loadstar logout` */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { exitCodes, LoadstarError } from '../../core/errors.ts';
import { createApiClient } from '../client/api-client.ts';
import { credentialsPath, readCredentials, writeCredentials } from '../client/credentials.ts';
import { createHttp } from '../client/http.ts';
import { isLoopback, readServerUrl, SERVER_URL_DEFAULT } from '../client/server-url.ts';
import { readSecret } from '../terminal/read-secret.ts';
import { printable } from '../terminal/text.ts';
import type { CliContext } from './client-command.ts';

const loginHelp = `
URL is the server's address, such as https://loadstar.example.com; without it, LOADSTAR_SERVER or that of the last login.
The token is asked for, or read from standard input when that is no terminal. The server's admin token lies in its
data directory, in the file admin-token. It is kept in ~/.config/loadstar/credentials.json, for its owner only.

Pipelines need no login: they set LOADSTAR_SERVER and LOADSTAR_TOKEN.

Examples:
  loadstar login https://loadstar.example.com
  loadstar login https://loadstar.example.com --token-file token.txt
`;

export function loginCommand(context: CliContext): Command {
  return new Command('login')
    .summary('log in to a server')
    .description('Checks a token with a server and keeps it for the commands that follow.')
    .argument('[URL]', 'the server')
    .option('--token-file <FILE>', 'file that holds the token')
    .addHelpText('after', loginHelp)
    .action((url: string | undefined, options: { tokenFile?: string }) => login(url, options, context));
}

export function logoutCommand(context: CliContext): Command {
  return new Command('logout')
    .summary('forget the token of a server')
    .description('Forgets the token of a server: the one named, or the one of the last login.')
    .argument('[URL]', 'the server')
    .action((url: string | undefined) => logout(url, context));
}

async function login(url: string | undefined, options: { tokenFile?: string }, context: CliContext): Promise<void> {
  const { environment, outputs } = context;
  const path = credentialsPath(environment);
  const credentials = await readCredentials(path);
  const server = serverOf(url, credentials.current, context);
  if (server.startsWith('http:') && !isLoopback(server)) {
    const { yellow } = outputs.messages.style;
    outputs.messages.write(`${yellow('warning')}  ${server} is not encrypted: others on the way can read the token\n`);
  }
  const token = await readToken(server, options, context);
  if (token === null) {
    context.onExitCode(exitCodes.interrupted);
    return;
  }
  const { version } = await createApiClient(createHttp({ server, token })).version();
  const servers = { ...credentials.servers, [server]: { token } };
  await writeCredentials(path, { version: 1, current: server, servers });
  outputs.results.write(`Logged in to ${server} (Loadstar ${printable(version)}).\n`);
  const overruling = ['LOADSTAR_SERVER', 'LOADSTAR_TOKEN'].filter((name) => environment[name]);
  if (overruling.length > 0)
    outputs.messages.write(`The environment's ${overruling.join(' and ')} still comes first.\n`);
}

async function logout(url: string | undefined, context: CliContext): Promise<void> {
  const path = credentialsPath(context.environment);
  const credentials = await readCredentials(path);
  const server = url === undefined ? credentials.current : readServerUrl(url, 'URL');
  if (server === null || credentials.servers[server] === undefined) {
    const where = server === null ? 'to any server' : `to ${server}`;
    throw new LoadstarError('not_found', `You are not logged in ${where}.`);
  }
  const { [server]: _forgotten, ...servers } = credentials.servers;
  const current = credentials.current === server ? null : credentials.current;
  await writeCredentials(path, { version: 1, current, servers });
  context.outputs.results.write(`Logged out of ${server}.\n`);
}

function serverOf(url: string | undefined, current: string | null, { environment }: CliContext): string {
  if (url !== undefined) return readServerUrl(url, 'URL');
  if (environment.LOADSTAR_SERVER) return readServerUrl(environment.LOADSTAR_SERVER, 'LOADSTAR_SERVER');
  return current ?? SERVER_URL_DEFAULT;
}

/** Null when whoever was asked gave up. */
async function readToken(
  server: string,
  { tokenFile }: { tokenFile?: string },
  { stdin, outputs }: CliContext,
): Promise<string | null> {
  if (tokenFile === undefined) return readSecret(`Token for ${server} (it is not shown): `, stdin(), outputs.messages);
  try {
    return (await readFile(tokenFile, 'utf8')).trim();
  } catch (cause) {
    const fields = [{ path: '--token-file', message: (cause as Error).message }];
    throw new LoadstarError('option_invalid', 'The token cannot be read.', { fields, cause });
  }
}

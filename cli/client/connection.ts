/** Which server a command talks to, and with which token. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Environment } from '../terminal/style.ts';
import { credentialsPath, isSignedIn, readCredentials } from './credentials.ts';
import { renewSignedIn } from './renew.ts';
import { isLoopback, readServerUrl, SERVER_URL_DEFAULT } from './server-url.ts';

export interface Connection {
  /** Without a slash at its end. */
  server: string;
  /** Null when none is known: the server will say that it needs one. */
  token: string | null;
  /** Gets another token when this one counts no more; null when there is none. */
  renew?: () => Promise<string | null>;
}

/**
 * The server: `named` (by an option), else LOADSTAR_SERVER, else the one of the last login, else the default. The token: LOADSTAR_TOKEN, which
 * belongs to LOADSTAR_SERVER when that is set and then goes to no other server; else that of a login; else, on this machine, that of the data
 * directory. Throws `option_invalid`, `credentials_invalid`.
 */
export async function findConnection(
  named: string | null,
  environment: Environment,
  workingFolder: string,
): Promise<Connection> {
  const ofEnvironment = environment.LOADSTAR_SERVER
    ? readServerUrl(environment.LOADSTAR_SERVER, 'LOADSTAR_SERVER')
    : null;
  const chosen = named === null ? ofEnvironment : readServerUrl(named, '--server');
  const ownToken = environment.LOADSTAR_TOKEN?.trim() || null;
  // Whoever says all of it in the environment, such as a pipeline, needs no file.
  if (chosen !== null && ownToken !== null && (ofEnvironment === null || ofEnvironment === chosen)) {
    return { server: chosen, token: ownToken };
  }
  const { current, servers } = await readCredentials(credentialsPath(environment));
  const server = chosen ?? current ?? SERVER_URL_DEFAULT;
  if (chosen === null && ownToken !== null) return { server, token: ownToken };
  const kept = servers[server];
  if (kept === undefined) {
    const read = () => localToken(server, environment, workingFolder);
    const token = await read();
    // A server that has started anew has another one.
    return token === null ? { server, token } : { server, token, renew: read };
  }
  if (!isSignedIn(kept)) return { server, token: kept.token };
  const path = credentialsPath(environment);
  return { server, token: kept.token, renew: () => renewSignedIn(path, server, kept.token) };
}

/**
 * The token of the data directory of a server on this machine, as far as it may be read. It goes to the port of that server only: on a machine of many,
 * another one may be somebody else's.
 */
async function localToken(server: string, environment: Environment, workingFolder: string): Promise<string | null> {
  if (!isLoopback(server)) return null;
  const home = resolve(workingFolder, environment.LOADSTAR_HOME || '.loadstar');
  const read = async (name: string) => (await readFile(join(home, name), 'utf8').catch(() => '')).trim();
  const { port, protocol } = new URL(server);
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return (await read('local-port')) === ownPort ? (await read('local-token')) || null : null;
}

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
 * The server: `named` (by an option), else LOADSTAR_SERVER, else the one of the last login, else the one that runs with this data directory, else the
 * default. The token: LOADSTAR_TOKEN, which belongs to LOADSTAR_SERVER when that is set and then goes to no other server; else that of a login; else,
 * on this machine, that of the data directory. Throws `option_invalid`, `credentials_invalid`.
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
  const home = resolve(workingFolder, environment.LOADSTAR_HOME || '.loadstar');
  // A token that somebody set goes where a person said, or to the port that the docs name: to none that a file in some folder does.
  if (chosen === null && ownToken !== null) return { server: current ?? SERVER_URL_DEFAULT, token: ownToken };
  const server = chosen ?? current ?? (await localServer(home)) ?? SERVER_URL_DEFAULT;
  const kept = servers[server];
  if (kept === undefined) {
    const read = () => localToken(server, home);
    const token = await read();
    // A server that has started anew has another one.
    return token === null ? { server, token } : { server, token, renew: read };
  }
  if (!isSignedIn(kept)) return { server, token: kept.token };
  const path = credentialsPath(environment);
  return { server, token: kept.token, renew: () => renewSignedIn(path, server, kept.token) };
}

/** What a server on this machine leaves in its data directory while it runs; null when it may not be read, or there is none. */
async function readLocal(home: string): Promise<{ port: string; token: string } | null> {
  const read = async (name: string) => (await readFile(join(home, name), 'utf8').catch(() => '')).trim();
  const port = await read('local-port');
  const token = await read('local-token');
  return port === '' || token === '' ? null : { port, token };
}

async function localServer(home: string): Promise<string | null> {
  const port = Number((await readLocal(home))?.port ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? `http://127.0.0.1:${port}` : null;
}

/** It goes to the port of that server only: on a machine of many, another one may be somebody else's. */
async function localToken(server: string, home: string): Promise<string | null> {
  if (!isLoopback(server)) return null;
  const { port, protocol } = new URL(server);
  const local = await readLocal(home);
  return local?.port === (port || (protocol === 'https:' ? '443' : '80')) ? local.token : null;
}

/** Signs in through the browser: it comes back to a port of this machine (RFC 8252) with a code that only this program can use (PKCE). */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failed, type Issuer } from './issuer.ts';
import { requestTokens, type TokenAnswer } from './token-endpoint.ts';

const WAIT_MS = 10 * 60 * 1000;
const RANDOM_BYTES = 32;

export interface BrowserSignIn {
  issuer: Issuer;
  clientId: string;
  scope: string;
  /** Where the issuer may send the browser back to, all on this machine; empty: `http://127.0.0.1/callback` on any port. */
  redirectUris: readonly string[];
  /** Is told where to sign in: opens a browser there, and tells people. */
  onUrl(url: string): void;
  signal?: AbortSignal;
}

/** Throws `sign_in_failed`. */
export async function signInByBrowser(options: BrowserSignIn): Promise<TokenAnswer> {
  const { issuer, clientId, scope, onUrl, signal } = options;
  const { server, redirectUri } = await listenFor(options.redirectUris);
  const state = randomBytes(RANDOM_BYTES).toString('base64url');
  const verifier = randomBytes(RANDOM_BYTES).toString('base64url');
  try {
    const coming = comingBack(server, { state, issuer: issuer.issuer, path: new URL(redirectUri).pathname }, signal);
    const url = new URL(issuer.authorization_endpoint);
    const query = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    onUrl(url.href);
    const code = await coming;
    const answer = await requestTokens(issuer, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
    });
    if ('error' in answer) throw failed(answer.error_description ?? answer.error);
    return answer;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** The first of these whose port is free. Throws `sign_in_failed`. */
async function listenFor(redirectUris: readonly string[]): Promise<{ server: Server; redirectUri: string }> {
  if (redirectUris.length === 0) {
    const server = await listenOn(0);
    return { server, redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback` };
  }
  const tried: string[] = [];
  for (const redirectUri of redirectUris) {
    // Nobody is sent anywhere but to this machine, whatever the server says.
    if (!URL.canParse(redirectUri)) continue;
    const { protocol, hostname, port } = new URL(redirectUri);
    if (protocol !== 'http:' || !/^(?:localhost|127\.0\.0\.1)$/.test(hostname) || port === '') continue;
    try {
      return { server: await listenOn(Number(port)), redirectUri };
    } catch (error) {
      tried.push(`${port}: ${(error as NodeJS.ErrnoException).code}`);
    }
  }
  const why = tried.length === 0 ? 'none of them is on this machine' : tried.join(', ');
  throw failed(`no port is free that the issuer sends browsers back to (${why})`);
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The code that the browser brings. Whoever else comes, without our state, is sent away. */
function comingBack(
  server: Server,
  expected: { state: string; issuer: string; path: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failed('nobody came back from the browser')), WAIT_MS);
    timer.unref();
    signal?.addEventListener('abort', () => reject(failed('it was interrupted')), { once: true });
    server.on('request', (request, response) => {
      const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const isOurs = request.method === 'GET' && pathname === expected.path && query.get('state') === expected.state;
      const iss = query.get('iss');
      if (!isOurs || (iss !== null && iss !== expected.issuer)) {
        response.writeHead(404, { connection: 'close' }).end();
        return;
      }
      const code = query.get('code');
      const problem = query.get('error_description') ?? query.get('error') ?? 'no code came back';
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        connection: 'close',
      });
      const words = code === null ? 'You are not signed in' : 'You are signed in';
      response.end(
        `<!doctype html><html lang="en"><title>Loadstar</title><h1>${words}</h1><p>Go back to the terminal: this page can be closed.</p></html>`,
        () => {
          clearTimeout(timer);
          if (code === null) reject(failed(problem));
          else resolve(code);
        },
      );
    });
  });
}

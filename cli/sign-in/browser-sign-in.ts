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
  /** Is told where to sign in: opens a browser there, and tells people. */
  onUrl(url: string): void;
  signal?: AbortSignal;
}

/** Throws `sign_in_failed`. */
export async function signInByBrowser({ issuer, clientId, scope, onUrl, signal }: BrowserSignIn): Promise<TokenAnswer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  const state = randomBytes(RANDOM_BYTES).toString('base64url');
  const verifier = randomBytes(RANDOM_BYTES).toString('base64url');
  try {
    const coming = comingBack(server, { state, issuer: issuer.issuer }, signal);
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

/** The code that the browser brings. Whoever else comes, without our state, is sent away. */
function comingBack(
  server: Server,
  expected: { state: string; issuer: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failed('nobody came back from the browser')), WAIT_MS);
    timer.unref();
    signal?.addEventListener('abort', () => reject(failed('it was interrupted')), { once: true });
    server.on('request', (request, response) => {
      const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const isOurs = request.method === 'GET' && pathname === '/callback' && query.get('state') === expected.state;
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

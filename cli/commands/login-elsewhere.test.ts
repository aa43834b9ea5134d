/** `loadstar login` where an issuer compares redirects exactly and knows no codes to type in, as Cognito: its endpoints are answered by a script. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialsPath, readCredentials } from '../client/credentials.ts';
import { type AnsweringServer, answerJson, startAnswering } from '../fixtures/answering-server.ts';
import { startClientProgram } from '../fixtures/client-program.ts';

let server: AnsweringServer;
let redirectUris: string[];
let folder: string;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-login-elsewhere-'));
  environment = { HOME: folder, BROWSER: '/bin/true' };
  server = await startAnswering(({ url }, response) => {
    const answer = answers(server.url)[url.split('?', 1)[0] ?? ''];
    answerJson(response, answer ?? {}, answer === undefined ? 404 : 200);
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const grace = {
  id: 'user-2',
  email: 'grace@example.com',
  name: 'Grace',
  role: 'viewer',
  status: 'invited',
  createdAt: '2026-01-02T03:04:05.000Z',
  lastSignInAt: null,
};

const answers = (origin: string): Record<string, unknown> => ({
  '/config.json': {
    version: '1.2.3',
    apiUrl: `${origin}/api`,
    mqttUrl: null,
    signIn: {
      issuer: `${origin}/eu-west-1_pool`,
      clientId: 'console',
      cliClientId: 'cli',
      scope: 'openid email profile',
      redirectPath: '/signed-in',
      cliRedirectUris: redirectUris,
      isEmbedded: false,
      cognito: { userPoolId: 'eu-west-1_pool', region: 'eu-west-1', host: 'pool.auth.eu-west-1.amazoncognito.com' },
      problem: null,
    },
  },
  '/eu-west-1_pool/.well-known/openid-configuration': {
    issuer: `${origin}/eu-west-1_pool`,
    authorization_endpoint: `${origin}/oauth2/authorize`,
    token_endpoint: `${origin}/oauth2/token`,
    revocation_endpoint: `${origin}/oauth2/revoke`,
  },
  '/oauth2/token': { access_token: 'a.b.c', refresh_token: 'refresh-1', id_token: 'd.e.f', expires_in: 3600 },
  // Of somebody new, and of all.
  '/api/users': { user: grace, link: null, items: [grace], nextCursor: null },
  '/api/users/user-2/sign-in-link': { link: null },
  '/api/version': { name: 'loadstar', version: '1.2.3', node: '24.0.0' },
  '/api/me': {
    kind: 'user',
    id: 'user-1',
    name: 'Ada',
    email: 'ada@example.com',
    role: 'editor',
    tokenId: null,
    canChangePassword: false,
  },
});

const start = (...args: string[]) => startClientProgram(args, { environment, workingFolder: folder });

async function takePort(): Promise<{ port: number; free(): void }> {
  const taken = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1');
  await once(taken, 'listening');
  return { port: (taken.address() as AddressInfo).port, free: () => void taken.close() };
}

describe('an issuer that compares redirects exactly', () => {
  it('is told the first one whose port is free, and sends the browser there', async () => {
    const [taken, ...others] = [await takePort(), await takePort(), await takePort(), await takePort()];
    for (const other of others) other.free();
    redirectUris = [taken, ...others].map(({ port }) => `http://localhost:${port}/callback`);
    const program = start('login', server.url);
    await expect.poll(program.messages, { timeout: 30_000 }).toContain('/oauth2/authorize?');
    const query = new URL(/http:\S+authorize\?\S+/.exec(program.messages())?.[0] ?? '').searchParams;
    const redirectUri = query.get('redirect_uri') ?? '';
    expect(redirectUris.slice(1)).toContain(redirectUri);
    expect(query.get('scope')).toBe('openid email profile');
    const page = await fetch(
      `http://127.0.0.1:${new URL(redirectUri).port}/callback?code=one&state=${query.get('state')}`,
    );
    expect(await page.text()).toContain('You are signed in');
    expect([await program.ended, program.results()]).toEqual([
      0,
      expect.stringContaining('as ada@example.com, editor'),
    ]);
    const exchange = new URLSearchParams(server.asked.find(({ url }) => url === '/oauth2/token')?.body);
    expect(exchange.get('redirect_uri')).toBe(redirectUri);
    expect((await readCredentials(credentialsPath(environment))).servers[server.url]).toMatchObject({
      token: 'a.b.c',
      refreshToken: 'refresh-1',
    });
    taken.free();
  });

  it('is given up when no port is free', async () => {
    const taken = await takePort();
    redirectUris = [`http://localhost:${taken.port}/callback`];
    const program = start('login', server.url);
    expect(await program.ended).toBe(2);
    expect(program.messages()).toContain(`(${taken.port}: EADDRINUSE)`);
    taken.free();
  });

  it('sends nobody to another machine, whatever the server says', async () => {
    redirectUris = [
      'https://elsewhere.example/callback',
      'http://elsewhere.example:81/',
      'http://localhost/callback',
      'callback',
    ];
    const program = start('login', server.url);
    expect(await program.ended).toBe(2);
    expect(program.messages()).toContain('none of them is on this machine');
  });

  it('has no codes to type in, and says what else there is', async () => {
    redirectUris = [];
    const program = start('login', server.url, '--device');
    expect(await program.ended).toBe(2);
    expect(program.messages()).toContain('leave --device out, or come with an API token (--token)');
  });

  it('writes to users by itself, and no link is made up', async () => {
    environment = { ...environment, LOADSTAR_SERVER: server.url, LOADSTAR_TOKEN: 'lst_0123456789' };
    const words = 'grace@example.com gets a mail that says how to choose a password.\n';
    const invite = start('users', 'invite', 'grace@example.com', '--role', 'viewer');
    expect([await invite.ended, invite.results()]).toEqual([0, words]);
    const link = start('users', 'link', 'grace@example.com');
    expect([await link.ended, link.results()]).toEqual([0, words]);
  });
});

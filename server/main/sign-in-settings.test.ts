/** Signing in, as the configuration has it: mail, another issuer, addresses that are not safe. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { freePort } from '../../tools/free-port.ts';
import { Browser } from './fixtures/browser.ts';
import { makeHome, serveHome, withServedHome } from './fixtures/serve-home.ts';
import { acceptInvitation, configOf, PASSWORD, SignInClient } from './fixtures/sign-in-client.ts';
import { json } from './fixtures/sign-in-home.ts';

async function startSmtp() {
  const letters: { to: string; text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      buffer(stream).then((bytes) => {
        const text = bytes.toString().replaceAll('=\r\n', '').replaceAll('=3D', '=');
        letters.push({ to: envelope.rcptTo.map(({ address }) => address).join(), text });
        done();
      }, done);
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const letterTo = async (to: string): Promise<string> => {
    const find = () => letters.findLast((letter) => letter.to === to)?.text ?? '';
    await expect.poll(find, { timeout: 30_000, interval: 20 }).not.toBe('');
    return /http:\S+code=lsi_[\w-]{43}/.exec(find())?.[0] ?? '';
  };
  return {
    letters,
    letterTo,
    mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'Loadstar <loadstar@example.com>' },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

it('mails invitations, and a way to a new password', async () => {
  const smtp = await startSmtp();
  await withServedHome(
    async (served) => {
      expect(served.invitation).toMatchObject({ isMailed: true });
      const link = await smtp.letterTo('ada@example.com');
      expect(link).toBe(served.invitation?.url);
      await acceptInvitation(link, '');
      const invited = await served.call('/api/users', json('POST', { email: 'grace@example.com', role: 'viewer' }));
      expect(await invited.json()).toMatchObject({ link: { isMailed: true } });
      await acceptInvitation(await smtp.letterTo('grace@example.com'), '');
      smtp.letters.length = 0;
      const client = new SignInClient(served.url);
      const tokens = await client.signIn('grace@example.com');
      const browser = new Browser();
      const page = await browser.get(`${served.url}/sign-in/forgot`);
      const answers = new Set<string>();
      for (const email of ['nobody@example.com', 'Grace@example.com', 'no address']) {
        answers.add((await browser.submit(page, { email })).html);
      }
      expect(answers.size).toBe(1);
      await acceptInvitation(await smtp.letterTo('grace@example.com'), '', 'new battery staple');
      expect(smtp.letters.map(({ to }) => to)).toEqual(['grace@example.com']);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
      const refused = await new SignInClient(served.url).begin();
      expect(refused.html).toContain('/sign-in/forgot');
      await new SignInClient(served.url).signIn('grace@example.com', 'new battery staple');
      // Nobody's letterbox can be filled.
      for (let i = 0; i < 12; i++) await browser.submit(page, { email: 'grace@example.com' });
      expect((await browser.submit(page, { email: 'grace@example.com' })).status).toBe(429);
      expect(smtp.letters.length).toBeLessThanOrEqual(10);
      expect(served.logged.join('\n')).not.toMatch(/lsi_[\w-]{20}|battery/);
    },
    { mail: smtp.mail, adminEmail: 'Ada@Example.com' },
  );
  await smtp.close();
});

it('goes on without a mail server that is away, and says so', async () => {
  const mail = { smtpUrl: 'smtp://127.0.0.1:1', from: 'Loadstar <loadstar@example.com>' };
  await withServedHome(
    async (served) => {
      expect(served.invitation).toMatchObject({ isMailed: false, url: expect.stringContaining('code=lsi_') });
      expect(served.trouble.join()).toContain('could not be mailed');
      await acceptInvitation(served.invitation?.url ?? '', '');
    },
    { mail, adminEmail: 'ada@example.com' },
  );
});

it('invites anew at each start until somebody has come', async () => {
  const home = await makeHome();
  const links: string[] = [];
  for (let i = 0; i < 2; i++) {
    const served = await serveHome(home.path);
    expect(served.isFirstStart).toBe(i === 0);
    links.push(served.invitation?.url ?? '');
    expect((await new Browser().get(links[0]?.replace(/:\d+\//, `:${new URL(served.url).port}/`) ?? '')).status).toBe(
      i === 0 ? 200 : 404,
    );
    if (i === 1) await acceptInvitation(links[1] ?? '');
    await served.close();
  }
  expect(links[0]?.split('code=')[1]).not.toBe(links[1]?.split('code=')[1]);
  const served = await serveHome(home.path);
  expect(served.invitation).toBeNull();
  await new SignInClient(served.url).signIn('ada@example.com', PASSWORD);
  await served.close();
  await home.remove();
});

it('says that an address without TLS is not safe, and that others do not lead here', async () => {
  const port = await freePort();
  await withServedHome(
    async (served) => {
      expect(served.warnings.join()).toContain('http://loadstar.example is not encrypted');
      const own = `http://127.0.0.1:${port}`;
      const config = await configOf(own);
      expect(config.signIn).toMatchObject({
        issuer: 'http://loadstar.example/oidc',
        problem: expect.stringContaining('is not encrypted'),
      });
      const page = await fetch(`${own}/sign-in/link?code=x`, { redirect: 'manual' });
      expect([page.status, page.headers.get('location')]).toEqual([302, 'http://loadstar.example/sign-in/link?code=x']);
    },
    { publicUrl: 'http://loadstar.example', port },
  );
  await withServedHome(async (served) => {
    const { port } = new URL(served.url);
    const location = async (path: string) =>
      (await fetch(`http://localhost:${port}${path}`, { redirect: 'manual' })).headers.get('location');
    expect(await location('/oidc/device?user_code=A')).toBe(`${served.url}/oidc/device?user_code=A`);
    const asked = request({ port, host: '127.0.0.1', path: '/oidc/auth?a=b', headers: { host: 'evil.example' } }).end();
    const [answer] = await once(asked, 'response');
    expect([answer.statusCode, answer.headers.location]).toEqual([421, undefined]);
    expect((await buffer(answer)).toString()).toContain('only knows itself as');
  });
});

it('takes the tokens of another issuer, and keeps no users then', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] };
  const server = createServer((request, response) => {
    const body = request.url === '/keys' ? jwks : { issuer, jwks_uri: `${issuer}/keys` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = (groups: string[]) =>
    new SignJWT({ groups, email: 'eve@example.com' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setSubject('local')
      .setIssuer(issuer)
      .setAudience('loadstar')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(pair.privateKey);
  const signIn = {
    issuer,
    audience: 'loadstar',
    clientId: 'web',
    rolesClaim: 'groups',
    roles: { editor: ['testers'] },
  };
  await withServedHome(
    async (served) => {
      expect([served.invitation, served.warnings]).toEqual([null, []]);
      expect((await configOf(served.url)).signIn).toMatchObject({
        issuer,
        clientId: 'web',
        cliClientId: 'web',
        isEmbedded: false,
      });
      const call = (path: string, token: string, init: RequestInit = {}) =>
        fetch(`${served.url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
      const token = await sign(['testers', 'others']);
      expect(await (await call('/api/me', token)).json()).toMatchObject({
        id: 'external:local',
        name: 'eve@example.com',
        role: 'editor',
        canChangePassword: false,
      });
      expect((await call('/api/me', await sign(['others']))).status).toBe(403);
      expect((await call('/api/users', token)).status).toBe(403);
      const made = await call('/api/tokens', token, json('POST', { name: 'ci' }));
      const { token: apiToken } = (await made.json()) as { token: string };
      expect(await (await call('/api/me', apiToken)).json()).toMatchObject({ role: 'editor', name: 'eve@example.com' });
      const invited = await served.call('/api/users', json('POST', { email: 'a@example.com', role: 'admin' }));
      expect(await invited.json()).toMatchObject({ code: 'users_elsewhere' });
      expect((await fetch(`${served.url}/oidc/.well-known/openid-configuration`)).status).toBe(404);
      expect((await fetch(`${served.url}/sign-in/forgot`)).status).toBe(404);
    },
    { signIn },
  );
  server.close();
  server.closeAllConnections();
  await withServedHome(
    async (served) => {
      expect(served.warnings.join()).toMatch(/keys of the issuer .* cannot be had/);
      const answer = await fetch(`${served.url}/api/me`, { headers: { authorization: `Bearer ${await sign([])}` } });
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'issuer_unreachable' }]);
      expect((await served.call('/api/me')).status).toBe(200);
    },
    { signIn },
  );
});

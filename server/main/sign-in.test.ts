/** Signing in, as browsers and programs do it, at the whole server; and what must not work. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditPage } from '../../core/api/system.ts';
import { Browser } from './fixtures/browser.ts';
import { makeHome, type ServedHome, serveHome } from './fixtures/serve-home.ts';
import { acceptInvitation, configOf, PASSWORD, SignInClient, type SignInFlow } from './fixtures/sign-in-client.ts';

const CLI = { clientId: 'loadstar-cli', redirectUri: 'http://127.0.0.1:45678/callback' };

let home: { path: string; remove(): Promise<void> };
let served: ServedHome;
let invitation: string;

beforeAll(async () => {
  home = await makeHome();
  served = await serveHome(home.path);
  invitation = served.invitation?.url ?? '';
  await acceptInvitation(invitation);
});
afterAll(async () => {
  expect(served.trouble).toEqual([]);
  await served.close();
  await home.remove();
});

const client = (flow: SignInFlow = {}, browser = new Browser()) => new SignInClient(served.url, flow, browser);
const me = (token: string) => fetch(`${served.url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
const json = (method: string, body: unknown) => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Somebody who can sign in. */
async function newUser(email: string, role = 'viewer'): Promise<string> {
  const answer = await served.call('/api/users', json('POST', { email, role }));
  const { user, link } = (await answer.json()) as { user: { id: string }; link: { url: string } };
  await acceptInvitation(link.url, email);
  return user.id;
}

describe('whoever has chosen a password', () => {
  it('signs in to the console, with tokens that say who it is', async () => {
    const tokens = await client().signIn('ADA@example.com');
    const issuer = `${served.url}/oidc`;
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: issuer,
      aud: 'urn:loadstar:api',
      roles: ['admin'],
      email: 'ada@example.com',
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ iss: issuer, aud: 'loadstar-console', role: 'admin' });
    expect(await (await me(tokens.access_token)).json()).toMatchObject({
      kind: 'user',
      email: 'ada@example.com',
      role: 'admin',
      canChangePassword: true,
    });
    // An ID token is none for the API.
    expect((await me(tokens.id_token)).status).toBe(401);
    expect((await me(tokens.refresh_token)).status).toBe(401);
  });

  it('is not asked again by the console, but by each program of the machine', async () => {
    const browser = new Browser();
    await client({}, browser).signIn('ada@example.com');
    const again = await client({}, browser).begin();
    expect(again.location).toContain('/signed-in?code=');
    for (let i = 0; i < 2; i++) {
      const program = client(CLI, browser);
      const asked = await program.begin();
      expect([asked.location, asked.html]).toEqual([null, expect.stringContaining('Let the command line in?')]);
      if (i === 0) continue;
      const denied = await program.answer(asked, { choice: 'deny' });
      expect(denied.location).toContain('error=access_denied');
    }
  });

  it('can let another one in at that question', async () => {
    await newUser('other@example.com');
    const browser = new Browser();
    await client({}, browser).signIn('ada@example.com');
    const program = client(CLI, browser);
    const switching = await browser.submit(await program.begin(), { choice: 'switch' });
    const form = await program.answer(switching, { choice: 'sign-in', email: 'other@example.com', password: PASSWORD });
    // The provider ends the other session first, by a form that sends itself.
    const asked = await program.answer(form, {});
    expect(asked.html).toContain('other@example.com');
  });

  it('is told by its description where everything is, whatever host a request names', async () => {
    const config = await configOf(served.url);
    expect(config).toMatchObject({
      apiUrl: `${served.url}/api`,
      signIn: { issuer: `${served.url}/oidc`, clientId: 'loadstar-console', isEmbedded: true, problem: null },
    });
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const description = await fetch(`${config.signIn.issuer}/.well-known/openid-configuration`, { headers });
    expect(description.headers.get('access-control-allow-origin')).toBe('*');
    const text = await description.text();
    expect(text).not.toContain('evil');
    expect(JSON.parse(text)).toMatchObject({
      issuer: config.signIn.issuer,
      token_endpoint: `${served.url}/oidc/token`,
      code_challenge_methods_supported: ['S256'],
    });
    expect(JSON.stringify(await (await fetch(`${config.signIn.issuer}/jwks`)).json())).not.toContain('"d"');
  });

  it('signs out of the console everywhere in that browser', async () => {
    const browser = new Browser();
    const console = client({}, browser);
    const tokens = await console.signIn('ada@example.com');
    const query = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${served.url}/` });
    const question = await browser.get(`${served.url}/oidc/session/end?${query}`);
    expect(question.html).toContain('Sign out of Loadstar?');
    const done = await browser.submit(question, { logout: 'yes' });
    expect(done.location).toBe(`${served.url}/`);
    expect((await console.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await client({}, browser).begin()).html).toContain('Sign in to Loadstar');
  });
});

describe('a refresh token', () => {
  it('works once; used twice, nobody has one any more', async () => {
    const program = client(CLI);
    const first = await program.signIn('ada@example.com');
    const renewed = await program.refresh(first.refresh_token);
    expect(renewed.status).toBe(200);
    const second = (await renewed.json()) as typeof first;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await me(second.access_token)).status).toBe(200);
    expect((await program.refresh(first.refresh_token)).status).toBe(400);
    expect((await program.refresh(second.refresh_token)).status).toBe(400);
  });

  it('works once for many at once too', async () => {
    const program = client(CLI);
    const { refresh_token: token } = await program.signIn('ada@example.com');
    const all = await Promise.all(Array.from({ length: 8 }, () => program.refresh(token)));
    const good = all.filter(({ status }) => status === 200);
    expect(good.length).toBeLessThanOrEqual(1);
    for (const answer of good) {
      const { refresh_token: next } = (await answer.json()) as { refresh_token: string };
      expect((await program.refresh(next)).status).toBe(400);
    }
  });

  it('is of one client only, and no other site gets an answer', async () => {
    const program = client(CLI);
    const { refresh_token: token } = await program.signIn('ada@example.com');
    expect((await client().refresh(token)).status).toBe(400);
    const fields = { grant_type: 'refresh_token', refresh_token: token };
    const elsewhere = await program.token(fields, { origin: 'https://evil.example' });
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
    expect(elsewhere.status).toBe(400);
  });
});

describe('a code', () => {
  it('works once, for whoever asked for it, and is no more when it is stolen', async () => {
    const program = client(CLI);
    const asked = await program.answer(await program.begin(), {
      choice: 'sign-in',
      email: 'ada@example.com',
      password: PASSWORD,
    });
    const code = program.codeOf(await program.answer(asked, { choice: 'allow' }));
    const thief = await client(CLI).token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CLI.redirectUri,
      code_verifier: 'x'.repeat(43),
    });
    expect(thief.status).toBe(400);
    const again = await program.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CLI.redirectUri,
      code_verifier: program.verifier,
    });
    // Guessing with it has used it up or not: never twice.
    const { refresh_token: token } = (await again.json()) as { refresh_token?: string };
    if (again.status !== 200) return;
    await program.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CLI.redirectUri,
      code_verifier: program.verifier,
    });
    expect((await program.refresh(token ?? '')).status).toBe(400);
  });

  it('is not given without PKCE, nor to another address', async () => {
    const plain = await client({ ...CLI, more: { code_challenge: '', code_challenge_method: '' } }).begin();
    expect(plain.location ?? plain.html).toMatch(/invalid_request|PKCE/);
    for (const redirectUri of [
      'https://evil.example/callback',
      'http://127.0.0.1.evil.example/callback',
      'http://127.0.0.1:1@evil.example/callback',
      'http://127.0.0.1:45678/other',
      'http://localhost:45678/callback',
      `${served.url}//evil.example`,
      'javascript:alert(1)',
    ]) {
      for (const clientId of ['loadstar-cli', 'loadstar-console']) {
        const { status, location, html } = await client({ clientId, redirectUri }).begin();
        expect([redirectUri, status, location]).toEqual([redirectUri, 400, null]);
        expect(html).not.toContain('<script>alert');
      }
    }
  });
});

describe('somebody who guesses', () => {
  it('learns nothing about who there is, and has to wait', async () => {
    const id = await newUser('victim@example.com');
    await newUser('gone@example.com').then((gone) =>
      served.call(`/api/users/${gone}`, json('PATCH', { isDisabled: true })),
    );
    const texts = new Set<string>();
    for (const email of ['victim@example.com', 'gone@example.com', 'nobody@example.com']) {
      const program = client();
      const page = await program.begin();
      const refused = await program.answer(page, { choice: 'sign-in', email, password: 'wrong password!' });
      expect([email, refused.status]).toEqual([email, 403]);
      texts.add(refused.html.replaceAll(email, 'EMAIL').replaceAll(new URL(page.url).pathname, 'PATH'));
    }
    expect(texts.size).toBe(1);
    expect([...texts][0]).toContain('The email address or the password is wrong.');
    const program = client();
    const page = await program.begin();
    const statuses: number[] = [];
    for (let i = 0; i < 10; i++) {
      statuses.push(
        (await program.answer(page, { choice: 'sign-in', email: 'victim@example.com', password: 'wrong!' })).status,
      );
    }
    expect(statuses).toEqual([...Array(9).fill(403), 429]);
    const right = await program.answer(page, { choice: 'sign-in', email: 'Victim@example.com', password: PASSWORD });
    expect([right.status, right.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[1-9]\d*$/)]);
    expect((await served.call(`/api/users/${id}`)).status).toBe(200);
  });

  it('cannot have markup of theirs shown', async () => {
    const program = client({ more: { login_hint: '"><script>alert(1)</script>' } });
    const page = await program.begin();
    expect(page.html).toContain('&quot;&gt;&lt;script&gt;');
    expect(page.html).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src; form-action/,
    );
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

describe('another site', () => {
  it("cannot send the forms in somebody's name", async () => {
    const program = client();
    const page = await program.begin();
    const fields = { choice: 'sign-in', email: 'ada@example.com', password: PASSWORD };
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
      { origin: served.url, 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      for (const url of [page.url, `${served.url}/sign-in/link`, `${served.url}/sign-in/forgot`]) {
        expect([headers, (await program.browser.post(url, fields, headers)).status]).toEqual([headers, 403]);
      }
    }
    expect((await program.answer(page, fields)).location).toContain('code=');
  });

  it('cannot answer a question that was put to another browser', async () => {
    const page = await client().begin();
    const stranger = new Browser();
    expect((await stranger.get(page.url)).status).toBe(400);
    const posted = await stranger.post(page.url, { choice: 'sign-in', email: 'ada@example.com', password: PASSWORD });
    expect([posted.status, posted.location]).toEqual([400, null]);
  });
});

const linkIn = async (answer: Response) => ((await answer.json()) as { link: { url: string } }).link;

describe('a link', () => {
  it('works once, and only when its form is sent', async () => {
    const answer = await served.call('/api/users', json('POST', { email: 'lin@example.com', role: 'viewer' }));
    const { user, link } = (await answer.json()) as { user: { id: string }; link: { url: string } };
    const browser = new Browser();
    // Mail servers look at links too.
    for (let i = 0; i < 3; i++) expect((await browser.get(link.url)).status).toBe(200);
    const page = await browser.get(link.url);
    for (const [password, repeated] of [
      ['short', 'short'],
      [PASSWORD, `${PASSWORD}!`],
      ['passwordpassword', 'passwordpassword'],
      ['lin@example.com', 'lin@example.com'],
    ] as const) {
      const refused = await browser.submit(page, { password, repeated });
      expect([password, refused.status]).toEqual([password, 400]);
      expect(refused.html).toContain('role="alert"');
    }
    const both = await Promise.all(
      [1, 2].map(() => new Browser().submit(page, { password: PASSWORD, repeated: PASSWORD })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await browser.get(link.url)).html).toContain('not valid, or not any more');
    expect((await browser.get(invitation)).status).toBe(404);
    expect((await browser.get(`${served.url}/sign-in/link?code=lsi_guessed`)).status).toBe(404);
    // Another one for the same user is for a new password; it voids what was before.
    const again = await served.call(`/api/users/${user.id}/sign-in-link`, { method: 'POST' });
    const { url } = await linkIn(again);
    const last = await served.call(`/api/users/${user.id}/sign-in-link`, { method: 'POST' });
    expect((await browser.get(url)).status).toBe(404);
    await acceptInvitation((await linkIn(last)).url, '', 'another battery staple');
    await client().signIn('lin@example.com', 'another battery staple');
  });
});

describe('an administrator', () => {
  it('keeps somebody out at once', async () => {
    const id = await newUser('mal@example.com', 'editor');
    const program = client(CLI);
    const tokens = await program.signIn('mal@example.com');
    const made = await fetch(`${served.url}/api/tokens`, {
      ...json('POST', { name: 'ci' }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
    });
    const { token: apiToken } = (await made.json()) as { token: string };
    expect((await me(apiToken)).status).toBe(200);
    await served.call(`/api/users/${id}`, json('PATCH', { role: 'viewer' }));
    expect(await (await me(tokens.access_token)).json()).toMatchObject({ role: 'viewer' });
    expect(await (await me(apiToken)).json()).toMatchObject({ role: 'viewer' });
    await served.call(`/api/users/${id}`, json('PATCH', { isDisabled: true }));
    expect((await me(tokens.access_token)).status).toBe(401);
    expect((await me(apiToken)).status).toBe(401);
    expect((await program.refresh(tokens.refresh_token)).status).toBe(400);
    const refused = await client().begin();
    expect((await client().browser.get(refused.url)).status).toBe(400);
    await served.call(`/api/users/${id}`, json('PATCH', { isDisabled: false }));
    expect((await program.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await me(apiToken)).status).toBe(200);
    await client().signIn('mal@example.com');
  });

  it('is always there', async () => {
    const { items } = (await (await served.call('/api/users?limit=200')).json()) as {
      items: { id: string; role: string }[];
    };
    const ada = items.find(({ role }) => role === 'admin')?.id;
    for (const body of [{ isDisabled: true }, { role: 'viewer' }]) {
      const answer = await served.call(`/api/users/${ada}`, json('PATCH', body));
      expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'last_admin' }]);
    }
    expect((await served.call(`/api/users/${ada}`, { method: 'DELETE' })).status).toBe(409);
  });
});

describe('a new password', () => {
  it('needs the old one, and signs out everywhere', async () => {
    await newUser('pat@example.com');
    const browser = new Browser();
    const program = client({}, browser);
    const tokens = await program.signIn('pat@example.com');
    const change = (currentPassword: string, newPassword: string) =>
      fetch(`${served.url}/api/me/password`, {
        ...json('POST', { currentPassword, newPassword }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
      });
    expect(await (await change('wrong password', 'new battery staple')).json()).toMatchObject({
      code: 'password_wrong',
    });
    expect(await (await change(PASSWORD, 'short')).json()).toMatchObject({ code: 'password_refused' });
    expect((await change(PASSWORD, 'new battery staple')).status).toBe(204);
    expect((await program.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await client({}, browser).begin()).html).toContain('Sign in to Loadstar');
    await client().signIn('pat@example.com', 'new battery staple');
    // Whoever comes with the token of the data folder has no password.
    const local = await served.call('/api/me/password', json('POST', { currentPassword: 'a', newPassword: 'b' }));
    expect(local.status).toBe(403);
  });
});

describe('audit and log', () => {
  it('say who did what, and hold no secret', async () => {
    const program = client(CLI);
    const tokens = await program.signIn('ada@example.com');
    const answer = await fetch(`${served.url}/api/audit?limit=200`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const { items } = (await answer.json()) as AuditPage;
    const actions = new Set(items.map(({ action }) => action));
    for (const action of [
      'user.invite',
      'user.join',
      'user.sign-in',
      'user.change',
      'user.password.change',
      'token.create',
    ]) {
      expect(actions).toContain(action);
    }
    expect(items[0]).toMatchObject({
      action: 'user.sign-in',
      actor: { kind: 'user', name: 'ada@example.com', role: 'admin' },
    });
    const all = `${JSON.stringify(items)}\n${served.logged.join('\n')}`;
    expect(served.logged.join('\n')).toContain('/sign-in/interaction/');
    const secrets = [
      PASSWORD,
      'another battery staple',
      'wrong password!',
      served.token,
      ...Object.values(tokens).map(String),
    ];
    for (const secret of secrets.filter((each) => each.length > 5)) expect(all).not.toContain(secret);
    expect(all).not.toMatch(/ls[til]_[\w-]{30}/);
    expect(all).not.toContain('$argon2');
    expect(all).not.toMatch(/eyJ[\w-]{10}/);
  });
});

/** Signing in, as browsers and programs do it, at the whole server; and what must not work. */
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { Browser } from './fixtures/browser.ts';
import { configOf, PASSWORD } from './fixtures/sign-in-client.ts';
import { CLI, json, openSignInHome } from './fixtures/sign-in-home.ts';

const home = openSignInHome();

describe('whoever has chosen a password', () => {
  it('signs in to the console, with tokens that say who it is', async () => {
    const tokens = await home.client().signIn('ADA@example.com');
    const issuer = `${home.served.url}/oidc`;
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: issuer,
      aud: 'urn:loadstar:api',
      roles: ['admin'],
      email: 'ada@example.com',
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ iss: issuer, aud: 'loadstar-console', role: 'admin' });
    expect(await (await home.me(tokens.access_token)).json()).toMatchObject({
      kind: 'user',
      email: 'ada@example.com',
      role: 'admin',
      canChangePassword: true,
    });
    // An ID token is none for the API.
    expect((await home.me(tokens.id_token)).status).toBe(401);
    expect((await home.me(tokens.refresh_token)).status).toBe(401);
  });

  it('is not asked again by the console, but by each program of the machine', async () => {
    const browser = new Browser();
    await home.client({}, browser).signIn('ada@example.com');
    const again = await home.client({}, browser).begin();
    expect(again.location).toContain('/signed-in?code=');
    for (let i = 0; i < 2; i++) {
      const program = home.client(CLI, browser);
      const asked = await program.begin();
      expect([asked.location, asked.html]).toEqual([null, expect.stringContaining('Let the command line in?')]);
      if (i === 0) continue;
      const denied = await program.answer(asked, { choice: 'deny' });
      expect(denied.location).toContain('error=access_denied');
    }
  });

  it('can let another one in at that question', async () => {
    await home.newUser('other@example.com');
    const browser = new Browser();
    await home.client({}, browser).signIn('ada@example.com');
    const program = home.client(CLI, browser);
    const switching = await browser.submit(await program.begin(), { choice: 'switch' });
    const form = await program.answer(switching, { choice: 'sign-in', email: 'other@example.com', password: PASSWORD });
    // The provider ends the other session first, by a form that sends itself.
    const asked = await program.answer(form, {});
    expect(asked.html).toContain('other@example.com');
  });

  it('is told by its description where everything is, whatever host a request names', async () => {
    const config = await configOf(home.served.url);
    expect(config).toMatchObject({
      apiUrl: `${home.served.url}/api`,
      signIn: { issuer: `${home.served.url}/oidc`, clientId: 'loadstar-console', isEmbedded: true, problem: null },
    });
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const description = await fetch(`${config.signIn.issuer}/.well-known/openid-configuration`, { headers });
    expect(description.headers.get('access-control-allow-origin')).toBe('*');
    const text = await description.text();
    expect(text).not.toContain('evil');
    expect(JSON.parse(text)).toMatchObject({
      issuer: config.signIn.issuer,
      token_endpoint: `${home.served.url}/oidc/token`,
      code_challenge_methods_supported: ['S256'],
    });
    expect(JSON.stringify(await (await fetch(`${config.signIn.issuer}/jwks`)).json())).not.toContain('"d"');
  });

  it('signs out of the console everywhere in that browser', async () => {
    const browser = new Browser();
    const console = home.client({}, browser);
    const tokens = await console.signIn('ada@example.com');
    const query = new URLSearchParams({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: `${home.served.url}/`,
    });
    const question = await browser.get(`${home.served.url}/oidc/session/end?${query}`);
    expect(question.html).toContain('Sign out of Loadstar?');
    const done = await browser.submit(question, { logout: 'yes' });
    expect(done.location).toBe(`${home.served.url}/`);
    expect((await console.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await home.client({}, browser).begin()).html).toContain('Sign in to Loadstar');
  });
});

describe('a refresh token', () => {
  it('works once; used twice, nobody has one any more', async () => {
    const program = home.client(CLI);
    const first = await program.signIn('ada@example.com');
    const renewed = await program.refresh(first.refresh_token);
    expect(renewed.status).toBe(200);
    const second = (await renewed.json()) as typeof first;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await home.me(second.access_token)).status).toBe(200);
    expect((await program.refresh(first.refresh_token)).status).toBe(400);
    expect((await program.refresh(second.refresh_token)).status).toBe(400);
  });

  it('works once for many at once too', async () => {
    const program = home.client(CLI);
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
    const program = home.client(CLI);
    const { refresh_token: token } = await program.signIn('ada@example.com');
    expect((await home.client().refresh(token)).status).toBe(400);
    const fields = { grant_type: 'refresh_token', refresh_token: token };
    const elsewhere = await program.token(fields, { origin: 'https://evil.example' });
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
    expect(elsewhere.status).toBe(400);
  });
});

describe('a code', () => {
  it('works once, for whoever asked for it, and is no more when it is stolen', async () => {
    const program = home.client(CLI);
    const asked = await program.answer(await program.begin(), {
      choice: 'sign-in',
      email: 'ada@example.com',
      password: PASSWORD,
    });
    const code = program.codeOf(await program.answer(asked, { choice: 'allow' }));
    const thief = await home.client(CLI).token({
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
    const plain = await home.client({ ...CLI, more: { code_challenge: '', code_challenge_method: '' } }).begin();
    expect(plain.location ?? plain.html).toMatch(/invalid_request|PKCE/);
    for (const redirectUri of [
      'https://evil.example/callback',
      'http://127.0.0.1.evil.example/callback',
      'http://127.0.0.1:1@evil.example/callback',
      'http://127.0.0.1:45678/other',
      'http://localhost:45678/callback',
      `${home.served.url}//evil.example`,
      'javascript:alert(1)',
    ]) {
      for (const clientId of ['loadstar-cli', 'loadstar-console']) {
        const { status, location, html } = await home.client({ clientId, redirectUri }).begin();
        expect([redirectUri, status, location]).toEqual([redirectUri, 400, null]);
        expect(html).not.toContain('<script>alert');
      }
    }
  });
});

describe('somebody who guesses', () => {
  it('learns nothing about who there is, and has to wait', async () => {
    const id = await home.newUser('victim@example.com');
    await home
      .newUser('gone@example.com')
      .then((gone) => home.served.call(`/api/users/${gone}`, json('PATCH', { isDisabled: true })));
    const texts = new Set<string>();
    for (const email of ['victim@example.com', 'gone@example.com', 'nobody@example.com']) {
      const program = home.client();
      const page = await program.begin();
      const refused = await program.answer(page, { choice: 'sign-in', email, password: 'wrong password!' });
      expect([email, refused.status]).toEqual([email, 403]);
      texts.add(refused.html.replaceAll(email, 'EMAIL').replaceAll(new URL(page.url).pathname, 'PATH'));
    }
    expect(texts.size).toBe(1);
    expect([...texts][0]).toContain('The email address or the password is wrong.');
    const program = home.client();
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
    expect((await home.served.call(`/api/users/${id}`)).status).toBe(200);
  });

  it('cannot have markup of theirs shown', async () => {
    const program = home.client({ more: { login_hint: '"><script>alert(1)</script>' } });
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
    const program = home.client();
    const page = await program.begin();
    const fields = { choice: 'sign-in', email: 'ada@example.com', password: PASSWORD };
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
      { origin: home.served.url, 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      for (const url of [page.url, `${home.served.url}/sign-in/link`, `${home.served.url}/sign-in/forgot`]) {
        expect([headers, (await program.browser.post(url, fields, headers)).status]).toEqual([headers, 403]);
      }
    }
    expect((await program.answer(page, fields)).location).toContain('code=');
  });

  it('cannot answer a question that was put to another browser', async () => {
    const page = await home.client().begin();
    const stranger = new Browser();
    expect((await stranger.get(page.url)).status).toBe(400);
    const posted = await stranger.post(page.url, { choice: 'sign-in', email: 'ada@example.com', password: PASSWORD });
    expect([posted.status, posted.location]).toEqual([400, null]);
  });
});

/** Users who are invited, changed and kept out, at the whole server: what that does to who is signed in, and what is noted of it. */
import { describe, expect, it } from 'vitest';
import type { AuditPage } from '../../core/api/system.ts';
import { Browser } from './fixtures/browser.ts';
import { acceptInvitation, PASSWORD } from './fixtures/sign-in-client.ts';
import { CLI, json, openSignInHome } from './fixtures/sign-in-home.ts';

const home = openSignInHome();

const linkIn = async (answer: Response) => ((await answer.json()) as { link: { url: string } }).link;

describe('a link', () => {
  it('works once, and only when its form is sent', async () => {
    const answer = await home.served.call('/api/users', json('POST', { email: 'lin@example.com', role: 'viewer' }));
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
    expect((await browser.get(home.invitation)).status).toBe(404);
    expect((await browser.get(`${home.served.url}/sign-in/link?code=lsi_guessed`)).status).toBe(404);
    // Another one for the same user is for a new password; it voids what was before.
    const again = await home.served.call(`/api/users/${user.id}/sign-in-link`, { method: 'POST' });
    const { url } = await linkIn(again);
    const last = await home.served.call(`/api/users/${user.id}/sign-in-link`, { method: 'POST' });
    expect((await browser.get(url)).status).toBe(404);
    await acceptInvitation((await linkIn(last)).url, '', 'another battery staple');
    await home.client().signIn('lin@example.com', 'another battery staple');
  });
});

describe('an administrator', () => {
  it('keeps somebody out at once', async () => {
    const id = await home.newUser('mal@example.com', 'editor');
    const program = home.client(CLI);
    const tokens = await program.signIn('mal@example.com');
    const made = await fetch(`${home.served.url}/api/tokens`, {
      ...json('POST', { name: 'ci' }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
    });
    const { token: apiToken } = (await made.json()) as { token: string };
    expect((await home.me(apiToken)).status).toBe(200);
    await home.served.call(`/api/users/${id}`, json('PATCH', { role: 'viewer' }));
    expect(await (await home.me(tokens.access_token)).json()).toMatchObject({ role: 'viewer' });
    expect(await (await home.me(apiToken)).json()).toMatchObject({ role: 'viewer' });
    await home.served.call(`/api/users/${id}`, json('PATCH', { isDisabled: true }));
    expect((await home.me(tokens.access_token)).status).toBe(401);
    expect((await home.me(apiToken)).status).toBe(401);
    expect((await program.refresh(tokens.refresh_token)).status).toBe(400);
    const refused = await home.client().begin();
    expect((await home.client().browser.get(refused.url)).status).toBe(400);
    await home.served.call(`/api/users/${id}`, json('PATCH', { isDisabled: false }));
    expect((await program.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await home.me(apiToken)).status).toBe(200);
    await home.client().signIn('mal@example.com');
  });

  it('is always there', async () => {
    const { items } = (await (await home.served.call('/api/users?limit=200')).json()) as {
      items: { id: string; role: string }[];
    };
    const ada = items.find(({ role }) => role === 'admin')?.id;
    for (const body of [{ isDisabled: true }, { role: 'viewer' }]) {
      const answer = await home.served.call(`/api/users/${ada}`, json('PATCH', body));
      expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'last_admin' }]);
    }
    expect((await home.served.call(`/api/users/${ada}`, { method: 'DELETE' })).status).toBe(409);
  });
});

describe('a new password', () => {
  it('needs the old one, and signs out everywhere', async () => {
    await home.newUser('pat@example.com');
    const browser = new Browser();
    const program = home.client({}, browser);
    const tokens = await program.signIn('pat@example.com');
    const change = (currentPassword: string, newPassword: string) =>
      fetch(`${home.served.url}/api/me/password`, {
        ...json('POST', { currentPassword, newPassword }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
      });
    expect(await (await change('wrong password', 'new battery staple')).json()).toMatchObject({
      code: 'password_wrong',
    });
    expect(await (await change(PASSWORD, 'short')).json()).toMatchObject({ code: 'password_refused' });
    expect((await change(PASSWORD, 'new battery staple')).status).toBe(204);
    expect((await program.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await home.client({}, browser).begin()).html).toContain('Sign in to Loadstar');
    await home.client().signIn('pat@example.com', 'new battery staple');
    // Whoever comes with the token of the data folder has no password.
    const local = await home.served.call('/api/me/password', json('POST', { currentPassword: 'a', newPassword: 'b' }));
    expect(local.status).toBe(403);
  });
});

describe('audit and log', () => {
  it('say who did what, and hold no secret', async () => {
    const guess = home.client();
    const wrong = { choice: 'sign-in', email: 'ada@example.com', password: 'wrong password!' };
    expect((await guess.answer(await guess.begin(), wrong)).status).toBe(403);
    const program = home.client(CLI);
    const tokens = await program.signIn('ada@example.com');
    const answer = await fetch(`${home.served.url}/api/audit?limit=200`, {
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
    const all = `${JSON.stringify(items)}\n${home.served.logged.join('\n')}`;
    expect(home.served.logged.join('\n')).toContain('/sign-in/interaction/');
    const secrets = [
      PASSWORD,
      'another battery staple',
      'wrong password!',
      home.served.token,
      ...Object.values(tokens).map(String),
    ];
    for (const secret of secrets.filter((each) => each.length > 5)) expect(all).not.toContain(secret);
    expect(all).not.toMatch(/ls[til]_[\w-]{30}/);
    expect(all).not.toContain('$argon2');
    expect(all).not.toMatch(/eyJ[\w-]{10}/);
  });
});

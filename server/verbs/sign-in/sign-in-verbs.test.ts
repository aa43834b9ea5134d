/** Links, passwords and tokens over time, on stores in memory. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../../core/api/system.ts';
import { createManualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryMail } from '../../adapters/memory/memory-mail.ts';
import { createMemoryStores } from '../../adapters/memory/memory-stores.ts';
import { actorOf, sampleUser } from '../../ports/fixtures/sample-users.ts';
import { createAttemptGuard } from '../../security/attempt-guard.ts';
import { createToken } from '../tokens/create-token.ts';
import { listTokens } from '../tokens/list-tokens.ts';
import { revokeToken } from '../tokens/revoke-token.ts';
import { changeUser } from '../users/change-user.ts';
import { deleteUser } from '../users/delete-user.ts';
import { ensureFirstAdmin } from '../users/first-admin.ts';
import { inviteUser } from '../users/invite-user.ts';
import { createLinkInvitations } from '../users/issue-link.ts';
import { makeSignInLink } from '../users/make-sign-in-link.ts';
import { authenticate } from './authenticate.ts';
import { choosePassword, readLink } from './choose-password.ts';
import { requestReset } from './request-reset.ts';
import { signIn } from './sign-in.ts';
import type { SignInPorts } from './sign-in-ports.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const PASSWORD = 'correct horse battery staple';
const local: Actor = { kind: 'local' };

let clock: ReturnType<typeof createManualClock>;
let ports: SignInPorts;
let mail: ReturnType<typeof createMemoryMail>;
let logged: string[];

beforeEach(() => {
  clock = createManualClock();
  mail = createMemoryMail();
  logged = [];
  const linkPorts = {
    ...createMemoryStores(),
    nowMs: clock.now,
    log: (level: string, message: string, fields?: object) =>
      void logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
    publicUrl: () => 'https://loadstar.example',
  };
  ports = {
    ...linkPorts,
    mail: null,
    invitations: { issue: (user) => createLinkInvitations({ ...linkPorts, mail: ports.mail }).issue(user) },
    keepsUsers: true,
    attempts: createAttemptGuard(clock.now),
  };
});

const codeOf = (url: string) => new URL(url).searchParams.get('code') ?? '';
const invite = async (email = 'grace@example.com', role: 'viewer' | 'admin' = 'viewer') => {
  const { user, link } = await inviteUser(ports, local, { email, role });
  return { id: user.id, secret: codeOf(link?.url ?? ''), link };
};
const enter = (email: string, password = PASSWORD) => signIn(ports, { email, password, address: 'home' });

describe('a link', () => {
  it('of an invitation is good for three days, of a new password for an hour', async () => {
    const { id, secret, link } = await invite();
    expect(link).toEqual({
      url: `https://loadstar.example/sign-in/link?code=${secret}`,
      expiresAt: new Date(clock.now() + 72 * HOUR_MS).toISOString(),
      isMailed: false,
    });
    clock.advance(72 * HOUR_MS - 1);
    expect(await readLink(ports, { secret })).toMatchObject({ purpose: 'invite', needsEmail: false });
    clock.advance(1);
    const late = choosePassword(ports, { secret, password: PASSWORD, email: null });
    await expect(late).rejects.toMatchObject({ code: 'link_invalid' });
    await expect(readLink(ports, { secret })).rejects.toMatchObject({ code: 'link_invalid' });
    const again = codeOf((await makeSignInLink(ports, local, { userId: id })).link?.url ?? '');
    await choosePassword(ports, { secret: again, password: PASSWORD, email: null });
    const reset = codeOf((await makeSignInLink(ports, local, { userId: id })).link?.url ?? '');
    clock.advance(HOUR_MS);
    await expect(readLink(ports, { secret: reset })).rejects.toMatchObject({ code: 'link_invalid' });
    await enter('grace@example.com');
  });

  it('keeps its secret nowhere', async () => {
    const { secret } = await invite();
    const kept = JSON.stringify([
      await ports.users.list({ limit: 9, cursor: null }),
      await ports.audit.list({ limit: 9, cursor: null }),
    ]);
    expect(kept).not.toContain(secret.slice(4));
    expect(logged.join()).not.toContain(secret.slice(4));
  });

  it('is of no use once the user is disabled or gone, nor for whoever is', async () => {
    const disabled = await invite();
    await changeUser(ports, local, { userId: disabled.id, isDisabled: true });
    await expect(readLink(ports, { secret: disabled.secret })).rejects.toMatchObject({ code: 'link_invalid' });
    await expect(makeSignInLink(ports, local, { userId: disabled.id })).rejects.toMatchObject({
      code: 'option_invalid',
    });
    const gone = await invite('gone@example.com');
    await deleteUser(ports, local, { userId: gone.id });
    await expect(readLink(ports, { secret: gone.secret })).rejects.toMatchObject({ code: 'link_invalid' });
  });

  it('stays good when the password is refused', async () => {
    const { secret } = await invite();
    const short = choosePassword(ports, { secret, password: 'short', email: null });
    await expect(short).rejects.toMatchObject({ code: 'password_refused' });
    await choosePassword(ports, { secret, password: PASSWORD, email: 'other@example.com' });
    // The address is the one that was invited.
    await expect(enter('other@example.com')).rejects.toMatchObject({ code: 'password_wrong' });
    await enter('grace@example.com');
  });
});

describe('the first administrator', () => {
  it('gives an address with the password, which nobody else has', async () => {
    const first = await ensureFirstAdmin(ports, { email: null });
    const secret = codeOf(first.link?.url ?? '');
    expect(await readLink(ports, { secret })).toMatchObject({ needsEmail: true });
    await invite('taken@example.com');
    for (const [email, code] of [
      [null, 'option_invalid'],
      ['nothing', 'option_invalid'],
      ['admin@localhost', 'option_invalid'],
      ['Taken@example.com', 'conflict'],
    ] as const) {
      const chosen = choosePassword(ports, { secret, password: PASSWORD, email });
      await expect(chosen).rejects.toMatchObject({ code });
    }
    await choosePassword(ports, { secret, password: PASSWORD, email: ' Ada@example.com ' });
    expect(await enter('ada@example.com')).toMatchObject({ role: 'admin' });
    expect(await ensureFirstAdmin(ports, { email: null })).toEqual({ isNew: false, link: null });
  });

  it('gets no new link once somebody has come', async () => {
    const { link } = await ensureFirstAdmin(ports, { email: 'ada@example.com' });
    clock.advance(1);
    const other = await invite('grace@example.com', 'admin');
    expect((await ensureFirstAdmin(ports, { email: null })).link).not.toBeNull();
    await choosePassword(ports, { secret: other.secret, password: PASSWORD, email: null });
    expect(await ensureFirstAdmin(ports, { email: null })).toEqual({ isNew: false, link: null });
    expect(link?.isMailed).toBe(false);
  });
});

describe('a forgotten password', () => {
  it('leads to a mail for those who exist and may come in', async () => {
    ports = { ...ports, mail };
    const { secret } = await invite();
    await choosePassword(ports, { secret, password: PASSWORD, email: null });
    const out = await invite('out@example.com');
    await changeUser(ports, local, { userId: out.id, isDisabled: true });
    mail.sent.length = 0;
    for (const email of ['GRACE@example.com', 'out@example.com', 'nobody@example.com', '']) {
      await requestReset(ports, { email, address: 'home' }).done;
    }
    expect(mail.sent).toMatchObject([
      { to: 'grace@example.com', text: expect.stringContaining('/sign-in/link?code=lsi_') },
    ]);
    // Asking changes nothing yet.
    await enter('grace@example.com');
  });

  it('is no way in where no mail is sent', () => {
    expect(() => requestReset(ports, { email: 'a@example.com', address: 'home' })).toThrow('No mail is sent');
  });
});

describe('a sign-in elsewhere', () => {
  it('is noted once, by the first token that comes of it', async () => {
    await ports.users.create(sampleUser({ id: 'user-1' }));
    const times = { issuedAtMs: clock.now(), expiresAtMs: clock.now() + HOUR_MS };
    const check = (signedInAtMs: number) => {
      const verifier = { verify: async () => ({ subject: 'user-1', name: 'x', role: null, ...times, signedInAtMs }) };
      const token = { token: 'a.b.c', isFromHere: false };
      return authenticate({ ...ports, verifier, keepsUsers: true, localTokenHash: null }, token);
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => check(7_000)));
    expect(answers.every((answer) => 'actor' in answer)).toBe(true);
    await check(6_000);
    expect(await ports.users.get('user-1')).toMatchObject({ lastSignInAtMs: 7_000, version: 2 });
    await check(8_000);
    const { items } = await ports.audit.list({ limit: 9, cursor: null });
    expect(items.map(({ action }) => action)).toEqual(['user.sign-in', 'user.sign-in']);
  });
});

describe('an API token', () => {
  const verifier = { verify: async () => ({ refusal: 'none' }) };
  const check = (token: string) =>
    authenticate({ ...ports, verifier, keepsUsers: true, localTokenHash: null }, { token, isFromHere: true });

  it('counts until it expires, and notes its use once a minute', async () => {
    const { token, id } = await createToken(ports, local, { name: 'ci', role: 'editor', expiresInDays: 2 });
    const usedAt = async () => (await ports.apiTokens.get(id))?.lastUsedAtMs;
    const started = clock.now();
    expect(await check(token)).toMatchObject({
      actor: { role: 'editor', tokenId: id },
      expiresAtMs: started + 2 * DAY_MS,
    });
    clock.advance(59_000);
    await check(token);
    expect(await usedAt()).toBe(started);
    clock.advance(1_000);
    await check(token);
    expect(await usedAt()).toBe(started + 60_000);
    clock.advance(2 * DAY_MS);
    expect(await check(token)).toEqual({ refusal: 'The API token has expired.' });
    expect(JSON.stringify(await ports.audit.list({ limit: 9, cursor: null }))).not.toContain(token.slice(10));
  });

  it('is made by whoever is signed in, with no more than they have', async () => {
    const viewer = actorOf('viewer');
    await expect(createToken(ports, viewer, { name: 'a', role: 'editor', expiresInDays: 1 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const { id, role } = await createToken(ports, viewer, { name: 'a', expiresInDays: 1 });
    expect(role).toBe('viewer');
    expect((await listTokens(ports, viewer, { of: 'me', limit: 9 })).items).toMatchObject([{ id }]);
    expect((await listTokens(ports, actorOf('editor'), { of: 'me', limit: 9 })).items).toEqual([]);
    await expect(listTokens(ports, actorOf('editor'), { of: 'everybody', limit: 9 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(revokeToken(ports, actorOf('editor'), { tokenId: id })).rejects.toMatchObject({ code: 'not_found' });
    await revokeToken(ports, actorOf('admin'), { tokenId: id });
    expect((await listTokens(ports, viewer, { of: 'me', limit: 9 })).items).toEqual([]);
  });
});

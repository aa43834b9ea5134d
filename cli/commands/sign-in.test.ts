/** `loadstar login` against the real server, with somebody at the browser; and what administrators do from the command line. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../server/config/load-config.ts';
import { Browser, type Visited } from '../../server/main/fixtures/browser.ts';
import { acceptInvitation, PASSWORD } from '../../server/main/fixtures/sign-in-client.ts';
import { type ServedControlPlane, serveControlPlane } from '../../server/main/serve.ts';
import { credentialsPath, readCredentials } from '../client/credentials.ts';
import { runClientProgram, startClientProgram } from '../fixtures/client-program.ts';

let home: string;
let served: ServedControlPlane;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'loadstar-sign-in-home-'));
  const settings = { LOADSTAR_HOME: home, LOADSTAR_PORT: '0', LOADSTAR_REGIONS: 'here=2' };
  const { config } = loadConfig({ environment: settings, workingFolder: home });
  served = await serveControlPlane({ config, version: '1.2.3', log: () => {} });
  await acceptInvitation(served.invitation?.url ?? '');
});
afterAll(async () => {
  await served.close();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-sign-in-'));
  // Nothing that opens a browser; and not the data folder of the server.
  environment = { HOME: folder, BROWSER: '/bin/true' };
});
afterEach(() => rm(folder, { recursive: true }));

const start = (...args: string[]) => startClientProgram(args, { environment, workingFolder: folder });
const loadstar = (...args: string[]) => runClientProgram(args, { environment, workingFolder: folder });

/** What it prints that matches. */
async function printed({ messages }: { messages(): string }, pattern: RegExp): Promise<string> {
  await expect.poll(messages, { timeout: 30_000, interval: 20 }).toMatch(pattern);
  return pattern.exec(messages())?.[1] ?? '';
}

const credentials = async () => (await readCredentials(credentialsPath(environment))).servers[served.url];

async function signInByHand(browser: Browser, page: Visited, email = 'ada@example.com'): Promise<Visited> {
  const isOurs = (url: string) => url.startsWith(served.url);
  return browser.follow(await browser.submit(page, { choice: 'sign-in', email, password: PASSWORD }), isOurs);
}

async function login(): Promise<void> {
  const program = start('login', served.url);
  const browser = new Browser();
  const isOurs = (url: string) => url.startsWith(served.url);
  const url = await printed(program, /(http:\S+\/oidc\/auth\?\S+)/);
  const asked = await signInByHand(browser, await browser.follow(await browser.get(url), isOurs));
  expect(asked.html).toContain('ada@example.com');
  const back = await browser.follow(await browser.submit(asked, { choice: 'allow' }), isOurs);
  const done = await browser.get(back.location ?? '');
  expect([done.status, done.html]).toEqual([200, expect.stringContaining('You are signed in')]);
  expect([await program.ended, program.messages()]).toEqual([0, expect.any(String)]);
  expect(program.results()).toBe(`Logged in to ${served.url} (Loadstar 1.2.3) as ada@example.com, admin.\n`);
}

describe('signing in through the browser', () => {
  it('keeps what came of it for its owner only, and logout makes it worthless', async () => {
    await login();
    const path = credentialsPath(environment);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await loadstar('whoami')).results).toBe(`ada@example.com: admin, on ${served.url}\n`);
    const kept = (await credentials()) as { refreshToken: string };
    const text = await readFile(path, 'utf8');
    expect((await loadstar('logout')).messages).toBe('');
    expect(await credentials()).toBeUndefined();
    // Even for who has a copy of the file.
    await writeFile(path, text.replace(/"token": "[^"]+"/, '"token": "a.b.c"'));
    expect((await loadstar('whoami')).messages).toContain('loadstar login');
    expect(kept.refreshToken).toMatch(/^[\w-]{40,}$/);
  });

  it('is renewed by one of many programs at once, and all go on', async () => {
    await login();
    const path = credentialsPath(environment);
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"token": "[^"]+"/, '"token": "over.and.out"'));
    const before = (await credentials()) as { refreshToken: string };
    const all = await Promise.all(Array.from({ length: 5 }, () => loadstar('whoami')));
    expect(all.map(({ exitCode, messages }) => [exitCode, messages])).toEqual(Array(5).fill([0, '']));
    const after = (await credentials()) as { refreshToken: string };
    expect(after.refreshToken).not.toBe(before.refreshToken);
  });

  it('sends away whoever else comes to its port', async () => {
    const program = start('login', served.url);
    const url = await printed(program, /(http:\S+\/oidc\/auth\?\S+)/);
    const callback = new URL(url).searchParams.get('redirect_uri') ?? '';
    expect(new URL(callback).hostname).toBe('127.0.0.1');
    for (const query of ['?code=stolen', '?code=stolen&state=guessed', '?error=access_denied&state=guessed']) {
      expect((await fetch(`${callback}${query}`)).status).toBe(404);
    }
    const state = new URL(url).searchParams.get('state') ?? '';
    expect((await fetch(`${callback}?error=access_denied&state=${state}`)).status).toBe(200);
    expect(await program.ended).toBe(2);
    expect(program.messages()).toContain('You are not signed in: access_denied');
    expect(await credentials()).toBeUndefined();
  });
});

describe('signing in with a code', () => {
  it('waits until somebody has typed it in elsewhere', async () => {
    const program = start('login', served.url, '--device');
    const address = await printed(program, /Open (\S+) in any browser/);
    const code = await printed(program, /type in the code (\S+)/);
    const browser = new Browser();
    const wrong = await browser.submit(await browser.get(address), { user_code: 'BBBB-BBBB' });
    expect(wrong.html).toContain('There is no such code');
    const confirm = await browser.submit(wrong, { user_code: code });
    expect(confirm.html).toContain(code);
    const page = await browser.follow(await browser.submit(confirm));
    const done = await signInByHand(browser, page);
    expect(done.html).toContain('Go back to the device');
    expect(await program.ended).toBe(0);
    expect(program.results()).toContain('as ada@example.com, admin');
  });

  it('ends when it is not allowed', async () => {
    const program = start('login', served.url, '--device');
    const address = await printed(program, /Open (\S+) in any browser/);
    const code = await printed(program, /type in the code (\S+)/);
    const browser = new Browser();
    const confirm = await browser.submit(await browser.get(address), { user_code: code });
    expect((await browser.submit(confirm, { abort: 'yes' })).html).toContain('It was not let in');
    expect(await program.ended).toBe(2);
    expect(await credentials()).toBeUndefined();
  });
});

describe('administrators', () => {
  beforeEach(() => {
    environment = { HOME: folder, LOADSTAR_HOME: home, LOADSTAR_SERVER: served.url };
  });

  it('invite, change, disable and delete users', async () => {
    const invited = await loadstar('users', 'invite', 'Grace@example.com', '--role', 'viewer');
    expect(invited.results).toMatch(
      /Give this link to grace@example\.com; .*\nhttp:\S+\/sign-in\/link\?code=lsi_\S+\n/,
    );
    expect((await loadstar('users', 'invite', 'grace@example.com', '--role', 'viewer')).exitCode).toBe(3);
    expect((await loadstar('users', 'list')).results).toMatch(/grace@example\.com +grace +viewer +invited/);
    expect((await loadstar('users', 'change', 'grace@example.com', '--role', 'editor')).results).toMatch(/editor/);
    expect((await loadstar('users', 'link', 'grace@example.com')).results).toContain('code=lsi_');
    expect((await loadstar('users', 'disable', 'grace@example.com')).results).toMatch(/disabled/);
    expect((await loadstar('users', 'enable', 'grace@example.com')).results).toMatch(/invited/);
    expect((await loadstar('users', 'delete', 'grace@example.com')).exitCode).toBe(0);
    expect((await loadstar('users', 'delete', 'grace@example.com')).messages).toContain('There is no user');
    expect((await loadstar('users', 'disable', 'ada@example.com')).messages).toContain('(last_admin)');
  });

  it('make tokens for pipelines, which count until they are revoked', async () => {
    expect((await loadstar('whoami')).results).toContain('whoever may read the data folder: admin');
    const made = await loadstar('tokens', 'create', '--name', 'nightly', '--role', 'viewer', '--days', '7');
    const token = made.results.trim();
    expect(token).toMatch(/^lst_[\w-]{43}$/);
    const [, id = ''] = /(token-\S+)/.exec((await loadstar('tokens', 'list')).results) ?? [];
    const own = environment;
    environment = { HOME: folder, LOADSTAR_SERVER: served.url, LOADSTAR_TOKEN: token };
    expect((await loadstar('whoami')).results).toContain(': viewer by an API token');
    expect((await loadstar('users', 'list')).messages).toContain('(forbidden)');
    expect((await loadstar('tokens', 'create', '--name', 'another')).messages).toContain('(forbidden)');
    environment = own;
    expect((await loadstar('tokens', 'revoke', id)).results).toBe(`revoked ${id}\n`);
    environment = { HOME: folder, LOADSTAR_SERVER: served.url, LOADSTAR_TOKEN: token };
    expect((await loadstar('whoami')).messages).toContain('(unauthenticated)');
  });
});

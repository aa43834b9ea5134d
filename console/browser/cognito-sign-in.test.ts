/** The console where a user pool of Cognito is the issuer: Amplify signs in, renews and signs out. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientConfig } from '../../core/api/identity.ts';
import { buildConsole } from '../../scripts/build-console.ts';
import { makeHome, type ServedHome, serveHome } from '../../server/main/fixtures/serve-home.ts';
import { needs } from '../../tools/needs.ts';
import { launchChromium, newContext, OPENING_MS_MAX, TEST_MS_MAX } from './fixtures/chromium.ts';
import { type ManagedLogin, startManagedLogin } from './fixtures/managed-login.ts';

const consoleFolder = join(import.meta.dirname, '..', 'dist');

let browser: Browser | undefined;
let login: ManagedLogin;
let home: Awaited<ReturnType<typeof makeHome>>;
let served: ServedHome;
let page: Page;
let assets: string[];

beforeEach(async (context) => {
  const executablePath = needs(context, 'chromium');
  expect(buildConsole()).toBe(true);
  login = await startManagedLogin();
  home = await makeHome();
  const { issuer, clientId, jwksUrl } = login;
  const signIn = { issuer, clientId, audience: clientId, jwksUrl, rolesClaim: 'cognito:groups' };
  served = await serveHome(home.path, { signIn }, consoleFolder);
  browser ??= await launchChromium(executablePath);
  page = await openPage(browser);
}, OPENING_MS_MAX);
afterEach(async () => {
  await page?.context().close();
  await served?.close();
  login?.close();
  await home?.remove();
});
afterAll(() => browser?.close());

/** Of the page, where there is no Node. */
interface PageWindow {
  localStorage: Record<string, string>;
  sessionStorage: Record<string, string>;
}

/** A browser that is told of the pool as the deployment tells it: in `/config.json`, and in the policy of the console's page. */
async function openPage(chrome: Browser): Promise<Page> {
  const context = await newContext(chrome);
  await login.serve(context);
  await context.route(`${served.url}/config.json`, async (route) => {
    const config = (await (await route.fetch()).json()) as ClientConfig;
    await route.fulfill({ json: { ...config, signIn: { ...config.signIn, cognito: login.pool } } });
  });
  await context.route(`${served.url}/**`, async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback();
    const answer = await route.fetch();
    const headers = answer.headers();
    const policy = headers['content-security-policy']?.replace('connect-src', `connect-src https://${login.pool.host}`);
    await route.fulfill({ response: answer, headers: { ...headers, 'content-security-policy': policy ?? '' } });
  });
  const opened = await context.newPage();
  assets = [];
  opened.on('response', (response) => assets.push(response.url()));
  return opened;
}

const named = (what: string) => login.requests.filter((request) => request.what === what);

describe('the console of a user pool', { timeout: TEST_MS_MAX }, () => {
  it('signs in at managed login, comes back to where somebody went, and signs out', async () => {
    await page.goto(`${served.url}/regions?x=1#end`);
    await page.click('#sign-in');
    await page.getByRole('heading', { name: 'Regions and capacity' }).waitFor();
    expect(new URL(page.url()).href).toBe(`${served.url}/regions?x=1#end`);
    expect(named('authorize')).toEqual([
      {
        what: 'authorize',
        fields: expect.objectContaining({
          client_id: login.clientId,
          response_type: 'code',
          scope: 'openid profile email',
          redirect_uri: `${served.url}/signed-in`,
          code_challenge_method: 'S256',
        }),
      },
    ]);
    expect(named('token')).toHaveLength(1);
    expect(assets.some((url) => url.includes('cognito-sign-in'))).toBe(true);
    // Of this tab alone.
    const kept = await page.evaluate(() => {
      const { localStorage, sessionStorage } = globalThis as unknown as PageWindow;
      return [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    });
    expect(kept[0]).not.toContain('refresh-1');
    expect(kept[1]).toContain('refresh-1');

    // Cognito writes to whom is invited.
    const user = { id: 'user-2', email: 'grace@example.com', name: 'Grace', role: 'editor', status: 'invited' };
    const times = { createdAt: '2026-01-02T03:04:05.000Z', lastSignInAt: null };
    await page.route(`${served.url}/api/users`, (route) =>
      route.fulfill({ status: 201, json: { user: { ...user, ...times }, link: null } }),
    );
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('Email', { exact: true }).fill('grace@example.com');
    await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
    await page.getByText('It is on its way to grace@example.com, and says how to choose a password.').waitFor();

    await page.goto(`${served.url}/regions`);
    await page.getByRole('heading', { name: 'Regions and capacity' }).waitFor();
    expect(named('authorize')).toHaveLength(1);

    await page.getByRole('button', { name: 'user-1' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    expect(named('RevokeToken')).toMatchObject([{ fields: { Token: 'refresh-1', ClientId: login.clientId } }]);
    expect(named('logout')).toMatchObject([{ fields: { client_id: login.clientId, logout_uri: `${served.url}/` } }]);
    await page.goto(served.url);
    await page.locator('#sign-in').waitFor();
  });

  it('renews a token before it runs out', async () => {
    login.tokenSeconds = 20;
    await page.goto(`${served.url}/regions`);
    await page.locator('#sign-in').waitFor();
    await page.click('#sign-in');
    await page.getByRole('heading', { name: 'Regions and capacity' }).waitFor();
    expect(named('GetTokensFromRefreshToken')[0]).toMatchObject({ fields: { RefreshToken: 'refresh-1' } });
    expect(named('authorize')).toHaveLength(1);
  });

  it('says why somebody is not signed in', async () => {
    login.error = 'access_denied';
    await page.goto(served.url);
    await page.click('#sign-in');
    await page.getByText('You are not signed in: access_denied').first().waitFor();
    // An answer that nobody has asked for is none.
    login.error = null;
    await page.goto(`${served.url}/signed-in?code=code-1&state=guessed`);
    await page.locator('#sign-in').waitFor();
    expect(named('token')).toEqual([]);
  });

  it('begins anew for somebody who has turned back', async () => {
    await page.goto(`${served.url}/regions`);
    await page.locator('#sign-in').waitFor();
    // Not by the way back: in another tab, while the first one is there still.
    const second = await page.context().newPage();
    await second.goto(`${served.url}/runs`);
    await second.click('#sign-in');
    await second.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    // Its sign-in is over by now: managed login knows the person, and sends them back once more.
    await page.click('#sign-in');
    await page.click('#sign-in');
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
});

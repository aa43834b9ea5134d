/** The pages of signing in, in a real browser: they work under their own policy, and everybody can use them. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { needs } from '../../tools/needs.ts';
import { toolNamed } from '../../tools/tools.ts';
import { makeHome, type ServedHome, serveHome } from './fixtures/serve-home.ts';
import { PASSWORD, SignInClient } from './fixtures/sign-in-client.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let home: Awaited<ReturnType<typeof makeHome>>;
let served: ServedHome;
let browser: Browser | null = null;
const troubles: string[] = [];

beforeAll(async () => {
  const program = toolNamed('chromium').find();
  if (program === null) return;
  home = await makeHome();
  served = await serveHome(home.path);
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}, 120_000);
afterAll(async () => {
  if (browser === null) return;
  await browser.close();
  await served.close();
  await home.remove();
});

async function open(context: TestContext, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  needs(context, 'chromium');
  if (browser === null) throw new Error('there is no browser');
  const page = await (await browser.newContext({ colorScheme })).newPage();
  page.setDefaultTimeout(45_000);
  page.on('console', (message) => {
    // Refused sign-ins are answered with 403: a browser notes that.
    if (message.type() === 'error' && !message.text().includes('status of 4')) troubles.push(message.text());
  });
  return page;
}

/** What keeps somebody from using a page. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return (await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  )) as string[];
}

async function seen(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { name: heading }).waitFor();
  expect([heading, await violations(page)]).toEqual([heading, []]);
  const width = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(width).toBeLessThanOrEqual(0);
}

async function fill(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('leads from the invitation to a program on the same machine', { timeout: 180_000 }, async (context) => {
  const page = await open(context, 'dark');
  await page.goto(served.invitation?.url ?? '');
  await seen(page, 'Welcome to Loadstar');
  await page.getByLabel('Your email address').fill('ada@example.com');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(`${PASSWORD}!`);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('alert').getByText('The two passwords differ.').waitFor();
  expect(await page.getByLabel('Your email address').inputValue()).toBe('ada@example.com');
  await seen(page, 'Welcome to Loadstar');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await seen(page, 'Your password is set');

  const callback = createServer((_request, response) => response.end('<title>back</title>')).listen(0, '127.0.0.1');
  await once(callback, 'listening');
  const redirectUri = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`;
  const client = new SignInClient(served.url, { clientId: 'loadstar-cli', redirectUri });
  await page.setViewportSize({ width: 320, height: 600 });
  await page.goto(client.authorizeUrl());
  await seen(page, 'Sign in to Loadstar');
  expect(await page.evaluate('document.activeElement.id')).toBe('email');
  await fill(page, 'ada@example.com', 'wrong password');
  await page.getByRole('alert').getByText('is wrong').waitFor();
  await seen(page, 'Sign in to Loadstar');
  await fill(page, 'ada@example.com', PASSWORD);
  await seen(page, 'Let the command line in?');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${redirectUri}?**`);
  const tokens = await client.exchange(new URL(page.url()).searchParams.get('code') ?? '');
  expect(tokens.refresh_token).toBeTruthy();
  callback.close();
  callback.closeAllConnections();

  // The link of a code sends a form by itself: the one script that the policy lets run.
  await page.setViewportSize({ width: 1_000, height: 700 });
  const device = await fetch(`${served.url}/oidc/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'loadstar-cli', scope: 'openid' }),
  });
  const { verification_uri_complete: complete, user_code: code } = (await device.json()) as Record<string, string>;
  await page.goto(`${served.url}/oidc/device`);
  await seen(page, 'Sign in on another device');
  await page.goto(complete ?? '');
  await seen(page, 'Is this the code?');
  await page.getByText(code ?? '').waitFor();
  await page.getByRole('button', { name: 'Yes, go on' }).click();
  await seen(page, 'You are signed in');

  await page.goto(`${served.url}/oidc/session/end`);
  await seen(page, 'Sign out of Loadstar?');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await seen(page, 'You are signed out');
  await page.goto(`${served.url}/oidc/auth?client_id=nobody`);
  await seen(page, 'This did not work');
  expect(troubles).toEqual([]);
  expect(served.trouble).toEqual([]);
  await page.context().close();
});

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeViolations } from './fixtures/axe.ts';
import { TEST_MS_MAX } from './fixtures/chromium.ts';
import { FIRST_LOAD_SCRIPT_BYTES_MAX, measureFirstLoad } from './fixtures/first-load.ts';
import { acceptInvitation, EMAIL, type OpenedConsole, shopScenario, signIn } from './fixtures/open-console.ts';
import { sharedConsole } from './fixtures/shared-console.ts';

/** Of the page, where there is no Node. */
interface PageWindow {
  document: { documentElement: { scrollWidth: number } };
  innerWidth: number;
}

const here = sharedConsole();

/** What comes over WebSockets from now on. */
function framesOf(page: Page): (string | Buffer)[] {
  const frames: (string | Buffer)[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(payload));
  });
  return frames;
}

const bytesOf = (frames: readonly (string | Buffer)[]): number => frames.reduce((sum, { length }) => sum + length, 0);

/** A run that has ended, of a scenario with that name. */
async function finishedRun({ served, target }: OpenedConsole, name: string): Promise<string> {
  const { id } = await served.createScenario(shopScenario(target.url, { name, holdFor: '3s' }));
  const run = await served.startRun(id);
  await served.waitFor(run.id);
  return run.id;
}

describe('the console in a browser', { timeout: TEST_MS_MAX }, () => {
  it('takes somebody from the address to a run under way, and stops it', async (context) => {
    const { served, signedIn, target } = here(context);
    const page = await signedIn();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByRole('button', { name: 'Make a scenario' }).click();
    await page.getByRole('tab', { name: 'YAML' }).click();
    const editor = page.getByRole('textbox', { name: 'The document of the scenario' });
    await editor.fill('execution: [{hold-for: never, scenario: a}]\nscenarios: {a: {requests: [/]}}');
    await page.getByText('execution[0].hold-for').first().waitFor();
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isEnabled()).toBe(false);
    await editor.fill(shopScenario(target.url, { name: 'Made here', holdFor: '10m' }));
    await page.getByText('Nothing is wrong with it').waitFor();
    await page.getByRole('heading', { name: 'Planned users' }).waitFor();
    const told = framesOf(page);
    await page.getByRole('button', { name: 'Save and run' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await page.getByRole('img', { name: /^Requests per second/ }).waitFor();
    await expect.poll(() => page.getByText(/^[\d,]+ requests, /).textContent(), { timeout: 60_000 }).toMatch(/^[1-9]/);
    // More than connecting and subscribing takes.
    await expect.poll(() => bytesOf(told), { timeout: 60_000 }).toBeGreaterThan(300);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByText('The run was cancelled').waitFor();
    const runs = (await (await served.call('/api/runs')).json()) as { items: { phase: string }[] };
    expect(runs.items[0]?.phase).toBe('cancelled');
    await page.context().close();
  });

  it('tries what is being written, and shows every request and response', async (context) => {
    const { served, signedIn, target } = here(context);
    const page = await signedIn();
    await page.goto(`${served.url}/scenarios/new?view=yaml`);
    const editor = page.getByRole('textbox', { name: 'The document of the scenario' });
    const requests =
      "[{url: /redirect/1, label: Moved}, {url: /api/products, label: Products, extract-jsonpath: {first: '$.products[0].id'}, assert: [nonsense]}]";
    await editor.fill(
      `execution: [{iterations: 1, scenario: shop}]\nscenarios: {shop: {default-address: '${target.url}', requests: ${requests}}}`,
    );
    await page.getByRole('button', { name: 'Try it', exact: true }).click();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('try-panel');
    await page.getByRole('button', { name: 'Try one iteration' }).click();
    await page.getByText('1 of 2 steps failed').waitFor();
    // The one that failed is open.
    const response = page.getByRole('region', { name: 'Response of 2. Products' });
    expect(await response.textContent()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"p-100"/);
    expect(await page.getByLabel('Variables that 2. Products extracted').textContent()).toContain('p-100');
    expect(await page.getByText('the body does not match /nonsense/').count()).toBe(2);
    const moved = page.getByRole('button', { name: '1. Moved' });
    await moved.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Redirected from GET .*\/redirect\/1 · 302/ }).press('Enter');
    await page.getByRole('region', { name: 'Response of 1. Moved, part 1' }).waitFor();
    expect((await axeViolations(page)).filter((violation) => !violation.includes('cm-scroller'))).toEqual([]);
    await editor.fill(
      `execution: [{iterations: 1, scenario: a}]\nscenarios: {a: {requests: ['${target.url}/delay/60000']}}`,
    );
    await page.getByText('The document has changed since it was tried.').waitFor();
    await page.getByRole('button', { name: 'Try one iteration' }).click();
    await page.getByRole('button', { name: 'Cancel the try' }).click();
    await page.getByRole('button', { name: 'Cancel the try' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    const runs = (await (await served.call('/api/audit')).json()) as { items: { action: string }[] };
    expect(runs.items.filter(({ action }) => action === 'scenario.try').length).toBeGreaterThan(0);
    await page.context().close();
  });

  it('loads no more for its first screen than it may', async (context) => {
    const { served, signedIn } = here(context);
    const page = await signedIn();
    const { scriptBytes } = await measureFirstLoad(page, served.url);
    expect(scriptBytes).toBeGreaterThan(100_000);
    expect(scriptBytes).toBeLessThanOrEqual(FIRST_LOAD_SCRIPT_BYTES_MAX);
    await page.context().close();
  });

  it('shows a finished run, and in its tables just the time that is brushed', async (context) => {
    const console = here(context);
    const runId = await finishedRun(console, 'Brushed');
    const page = await console.signedIn();
    await page.goto(`${console.served.url}/runs/${runId}`);
    await page.getByRole('heading', { name: 'Response times' }).waitFor();
    await page.getByRole('button', { name: 'Distribution of Home page' }).waitFor();
    const all = Number((await page.getByText(/^[\d,]+ requests, /).textContent())?.replace(/,/g, '').split(' ')[0]);
    const chart = page.getByRole('img', { name: /^Requests per second/ }).locator('.u-over');
    const box = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width * 0.1, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).searchParams.get('to')).not.toBeNull();
    const { searchParams } = new URL(page.url());
    const part = `from=${searchParams.get('from')}&to=${searchParams.get('to')}`;
    const breakdown = (await (await console.served.call(`/api/runs/${runId}/breakdown?${part}`)).json()) as {
      total: { requests: number };
    };
    expect(breakdown.total.requests).toBeLessThan(all);
    const shown = `${breakdown.total.requests.toLocaleString('en')} requests, `;
    await page.getByText(shown).waitFor();
    await page.getByRole('button', { name: 'Distribution of Home page' }).click();
    await page.getByText('Service time').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => new URL(page.url()).search).not.toContain('from');
    for (const tab of ['Errors', 'Generators', 'Artifacts', 'Logs']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await page.getByRole('alert').count()).toBe(0);
    }
    await page.getByRole('log').getByText('delivered', { exact: true }).waitFor();
    for (const [what, name] of [
      ['Save Requests per second', 'Requests-per-second.png'],
      ['Save Response times', 'Response-times.png'],
    ] as const) {
      await page.getByRole('button', { name: what, exact: true }).click();
      const saved = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'Save as PNG' }).click();
      expect((await saved).suggestedFilename()).toBe(name);
    }
    await page.context().close();
  });

  it('shows the documents of its version', async (context) => {
    const { served, signedIn } = here(context);
    const page = await signedIn();
    await page.getByRole('link', { name: 'Documentation' }).click();
    await page.getByRole('link', { name: 'The report' }).click();
    await page.getByRole('heading', { name: 'The report', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/docs/report');
    await page.goto(`${served.url}/docs/console`);
    const picture = page.getByRole('img').first();
    await expect
      .poll(() => picture.evaluate((image) => (image as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(0);
    await page.goto(`${served.url}/docs/nonsense`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.context().close();
  });

  it('lets a viewer look and nothing else', async (context) => {
    const { newPerson, served, target } = here(context);
    const { id } = await served.createScenario(shopScenario(target.url, { name: 'For viewers' }));
    const invite = await served.call('/api/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'vera@example.com', name: 'Vera', role: 'viewer' }),
    });
    const { link } = (await invite.json()) as { link: { url: string } };
    const page = await newPerson();
    await acceptInvitation(page, link.url);
    await page.goto(`${served.url}/scenarios/${id}`);
    await signIn(page, 'vera@example.com');
    await page.getByRole('heading', { name: 'For viewers' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/scenarios/${id}`);
    for (const name of ['Run', 'Edit', 'More']) {
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    }
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await page.goto(`${served.url}/scenarios/new`);
    await page.getByText('needs the role editor').waitFor();
    await page.context().close();
  });

  it('knows somebody in a second tab', async (context) => {
    const { served, signedIn } = here(context);
    const page = await signedIn();
    const second = await page.context().newPage();
    await second.goto(`${served.url}/regions`);
    await second.getByRole('heading', { name: 'Regions and capacity' }).waitFor();
    expect(new URL(second.url()).pathname).toBe('/regions');
    await page.context().close();
  });

  it('brings somebody whose session has ended back to where they went', async (context) => {
    const { served, signedIn } = here(context);
    const page = await signedIn();
    await page.goto(`${served.url}/runs`);
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.context().clearCookies();
    await page.evaluate('sessionStorage.clear()');
    await page.getByRole('link', { name: 'Audit' }).click();
    await signIn(page, EMAIL);
    expect(new URL(page.url()).pathname).toBe('/audit');
    await page.getByText('user.sign-in').first().waitFor();
    await page.context().close();
  });

  it('goes on showing a run whose control plane restarts', async (context) => {
    const console = here(context);
    const { id } = await console.served.createScenario(
      shopScenario(console.target.url, { name: 'Restarted', holdFor: '25s' }),
    );
    const run = await console.served.startRun(id);
    const page = await console.signedIn();
    await page.goto(`${console.served.url}/runs/${run.id}`);
    await page.getByRole('img', { name: /^Requests per second/ }).waitFor();
    await console.restart();
    await page
      .getByText('Passed: all criteria hold')
      .or(page.getByText('Invalid: a load generator'))
      .waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Distribution of Home page' }).waitFor();
    const series = (await (await console.served.call(`/api/runs/${run.id}/series`)).json()) as {
      points: { second: number }[];
    };
    expect(series.points.map(({ second }) => second).slice(0, 25)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    await page.context().close();
  });

  it('can be used with other means than eyes and a mouse, in both modes and on a phone', async (context) => {
    const console = here(context);
    const runId = await finishedRun(console, 'Accessible');
    const paths = [
      '/',
      '/scenarios',
      '/scenarios/new',
      '/runs',
      `/runs/${runId}`,
      '/regions',
      '/users',
      '/tokens',
      '/secrets',
      '/audit',
      '/docs',
      '/docs/scenarios',
      '/about',
    ];
    const violations: Record<string, string[]> = {};
    for (const options of [{}, { colorScheme: 'dark' as const, viewport: { width: 400, height: 800 } }]) {
      const page = await console.signedIn(options);
      for (const path of paths) {
        await page.goto(`${console.served.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        const found = await axeViolations(page);
        if (found.length > 0) violations[`${path} ${JSON.stringify(options)}`] = found;
        const isTooWide = await page.evaluate(() => {
          const { document, innerWidth } = globalThis as unknown as PageWindow;
          return document.documentElement.scrollWidth > innerWidth + 1;
        });
        if (isTooWide) violations[`${path} is wider than ${JSON.stringify(options)}`] = [];
      }
      await page.context().close();
    }
    expect(violations).toEqual({});
    expect(console.troubles).toEqual([]);
  });
});

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import { axeViolations } from './fixtures/axe.ts';
import { TEST_MS_MAX } from './fixtures/chromium.ts';
import { type OpenedConsole, shopScenario } from './fixtures/open-console.ts';
import { sharedConsole } from './fixtures/shared-console.ts';

const here = sharedConsole();

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const yaml = (page: Page) => page.getByRole('textbox', { name: 'The document of the scenario' });
const show = (page: Page, view: 'Form' | 'YAML') => page.getByRole('tab', { name: view, exact: true }).click();
const isRight = (page: Page) => page.getByText('Nothing is wrong with it').waitFor();

async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await page.getByRole('option', { name: option }).click();
}

async function storedText({ served }: OpenedConsole, page: Page): Promise<string> {
  const id = new URL(page.url()).pathname.split('/')[2];
  return ((await (await served.call(`/api/scenarios/${id}`)).json()) as ScenarioResource).text;
}

/** Of a scenario of its own: its page in the editor. */
async function edit({ served, signedIn, target }: OpenedConsole, name: string, text?: string): Promise<Page> {
  const { id } = await served.createScenario(text ?? shopScenario(target.url, { name }));
  const page = await signedIn();
  await page.goto(`${served.url}/scenarios/${id}/edit`);
  await isRight(page);
  return page;
}

describe('the editor of scenarios in a browser', { timeout: TEST_MS_MAX }, () => {
  it('says what a run would cost, and of what, where it costs something', async (context) => {
    const opened = here(context);
    const page = await edit(opened, 'Costly');
    await page.getByText('What would run').waitFor();
    expect(await page.getByText(/^about \$/).count()).toBe(0);

    // Nothing costs anything on this machine: the answer is as one on AWS.
    const items = [{ what: 'Fargate, ARM: CPU', quantity: 205, unit: 'vCPU-hours', usd: 6.64 }];
    const cost = { usd: 6.64, items, remarks: ['List prices of us-east-1, 2026-06.'] };
    await page.route('**/api/scenarios/preview', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), cost } });
    });
    await page.reload();
    await page.getByRole('button', { name: 'about $6.64' }).click();
    for (const text of ['Fargate, ARM: CPU', '205 vCPU-hours', 'List prices of us-east-1, 2026-06.']) {
      await page.getByText(text).first().waitFor();
    }
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('makes a scenario by the form alone, shows it as YAML, takes what YAML says, and runs it', async (context) => {
    const opened = here(context);
    const page = await opened.signedIn();
    await page.goto(`${opened.served.url}/scenarios/new`);
    await field(page, 'Name').fill('Made by hand');
    await field(page, 'Tags').fill('nightly, shop');
    await field(page, 'Address').fill(opened.target.url);
    await page.getByRole('button', { name: 'Add request' }).click();
    await field(page, 'URL').fill('/api/orders');
    await field(page, 'Label').fill('Order');
    await choose(page, 'Method', 'POST');
    await choose(page, 'Kind of body', /^JSON/);
    await field(page, 'Body').fill('{"product": "p-101", "amount": 1}');
    await page.getByRole('tab', { name: 'Check' }).click();
    await page.getByRole('button', { name: 'Add assertion' }).click();
    await field(page, 'Text, pattern or path').fill('accepted');
    await choose(page, 'Course', /^Stages/);
    await field(page, 'Duration').first().fill('2s');
    await field(page, 'Duration').nth(1).fill('10m');
    await page.getByRole('button', { name: 'Add criterion' }).click();
    await field(page, 'Tasks in remote').fill('1');
    await isRight(page);
    await page.getByRole('heading', { name: 'Planned users' }).waitFor();
    await page.keyboard.press('Control+s');
    await page.waitForURL('**/edit*');
    expect(await storedText(opened, page)).toBe(`loadstar:
  name: Made by hand
  tags: [nightly, shop]
  regions:
    local: 1
    remote: 1

execution:
- scenario: main
  stages:
  - {duration: 2s, target: 10}
  - {duration: 10m, target: 10}

scenarios:
  main:
    default-address: ${opened.target.url}
    requests:
    - url: /
      label: Home page
    - url: /api/orders
      label: Order
      method: POST
      body: '{"product": "p-101", "amount": 1}'
      headers:
        Content-Type: application/json
      assert:
      - accepted

reporting:
- module: passfail
  criteria:
  - p95>500ms for 10s, continue as failed
  - fail>1%, continue as failed
  - p95>500ms, continue as failed
`);
    await show(page, 'YAML');
    const text = await storedText(opened, page);
    await yaml(page).fill(text.replace('label: Order', 'label: Order by YAML').replace('Made by hand', 'Renamed'));
    await show(page, 'Form');
    await page.getByRole('button', { name: 'Edit Step 2: Order by YAML' }).waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('Renamed');
    await isRight(page);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByText('The run was cancelled').waitFor();
    await page.context().close();
  });

  it('says what is wrong at the field, at the line, and when the form cannot be edited', async (context) => {
    const page = await edit(here(context), 'Wrong');
    await field(page, 'Hold for').fill('never');
    await page.getByText('"never" is not a time').first().waitFor();
    expect(await field(page, 'Hold for').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isEnabled()).toBe(false);
    await page.getByRole('button', { name: 'Show execution[0].hold-for' }).click();
    await yaml(page).waitFor();
    await expect.poll(() => page.locator('.cm-activeLine').textContent()).toContain('hold-for: never');
    await yaml(page).fill('execution: [{');
    await show(page, 'Form');
    await page.getByText('The form cannot be edited now').waitFor();
    expect(await field(page, 'Name').isEnabled()).toBe(false);
    expect(await field(page, 'Name').inputValue()).toBe('Wrong');
    await page.keyboard.press('Control+z');
    expect(await field(page, 'Hold for').inputValue()).toBe('never');
    await page.keyboard.press('Control+z');
    expect(await field(page, 'Hold for').inputValue()).toBe('5s');
    await isRight(page);
    expect(await page.getByRole('button', { name: 'Undo' }).isEnabled()).toBe(false);
    await page.context().close();
  });

  it('puts requests in order by the keyboard, and keeps what it does not show', async (context) => {
    const opened = here(context);
    const text = shopScenario(opened.target.url, { name: 'Ordered' }).replace(
      /requests: .*/,
      'requests:\n    # the first\n    - {url: /, label: Home}   # home\n    - {loop: 2, do: [/a, /b]}\n    - /short',
    );
    const page = await edit(opened, '', text);
    await page.getByText('2, 2 steps').waitFor();
    await page.getByRole('button', { name: 'Drag handle Step 1: Home' }).waitFor();
    await page.getByRole('button', { name: 'Actions for Step 1: Home' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Move down' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit Step 2: Home' }).waitFor();
    await page.getByRole('button', { name: 'Actions for Step 3: /short' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await page.getByRole('button', { name: 'Edit Step 4: /short' }).waitFor();
    await isRight(page);
    await page.keyboard.press('Control+s');
    await page.getByText('Ordered is saved.').waitFor();
    expect(await storedText(opened, page)).toContain(
      'requests:\n    - {loop: 2, do: [/a, /b]}\n    # the first\n    - {url: /, label: Home}   # home\n    - /short\n    - /short\n',
    );
    await page.context().close();
  });

  it('asks before what was written is lost', async (context) => {
    const page = await edit(here(context), 'Guarded');
    await field(page, 'Description').fill('Not saved');
    await show(page, 'YAML');
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(new URL(page.url()).pathname).toMatch(/edit$/);
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.context().close();
  });

  it('overwrites nothing that somebody else has saved', async (context) => {
    const opened = here(context);
    const page = await edit(opened, 'Shared');
    const id = new URL(page.url()).pathname.split('/')[2];
    const headers = { 'content-type': 'application/yaml', 'if-match': '"1"' };
    const body = shopScenario(opened.target.url, { name: 'Theirs' });
    expect((await opened.served.call(`/api/scenarios/${id}`, { method: 'PUT', headers, body })).status).toBe(200);
    await field(page, 'Name').fill('Mine');
    await isRight(page);
    await page.keyboard.press('Control+s');
    await page.getByText('Somebody else has changed it meanwhile').waitFor();
    expect(await storedText(opened, page)).toBe(body);
    await page.getByRole('button', { name: 'Load their version' }).click();
    await expect.poll(() => field(page, 'Name').inputValue()).toBe('Theirs');
    await page.keyboard.press('Control+z');
    await expect.poll(() => field(page, 'Name').inputValue()).toBe('Mine');
    await page.keyboard.press('Control+s');
    await page.getByText('Mine is saved.').waitFor();
    await page.context().close();
  });

  it('can be used with other means than eyes and a mouse', async (context) => {
    const opened = here(context);
    const found: string[] = [];
    for (const options of [{}, { colorScheme: 'dark' as const, viewport: { width: 400, height: 800 } }]) {
      const page = await opened.signedIn(options);
      await page.goto(`${opened.served.url}/scenarios/new`);
      await choose(page, 'Begin with', /^Log in and order/);
      await isRight(page);
      await page.getByRole('button', { name: 'Edit Step 1: Log in' }).click();
      for (const tab of ['Extract', 'Check']) {
        await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
        found.push(...(await axeViolations(page)));
      }
      await show(page, 'YAML');
      await yaml(page).waitFor();
      found.push(...(await axeViolations(page)));
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth + 1')).toBe(true);
      await page.context().close();
    }
    expect(found).toEqual([]);
    expect(opened.troubles).toEqual([]);
  });
});

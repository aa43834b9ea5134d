/** Every screen of the console: its address, and what is done before its picture is taken. */
import type { Page } from 'playwright-core';
import type { Seeded } from './seed.ts';

export interface PicturedScreen {
  name: string;
  path: string;
  /** Brings up what is to be seen. */
  prepare?(page: Page): Promise<void>;
  /** A dialog lies over it: only what the window shows is taken. */
  isDialog?: boolean;
  /** Shown to somebody whom the server does not know. */
  isSignedOut?: boolean;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).first().waitFor();
const charts = (page: Page) => page.getByRole('img', { name: /^Requests per second/ }).waitFor();

async function brokenDocument(page: Page): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'The document of the scenario' });
  await editor.fill('execution: [{concurrency: 5, hold-for: never, scenario: a}]\nscenarios: {a: {requests: [/]}}');
  await page.getByText('execution[0].hold-for').first().waitFor();
}

async function openRequest(page: Page): Promise<void> {
  await heading(page, 'Planned users');
  await page.getByRole('button', { name: 'Edit Step 3: Place an order' }).click();
  await page.getByRole('textbox', { name: 'Body' }).waitFor();
}

async function tryIt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try one iteration' }).click();
  await page.getByText(/steps?, none failed$/).waitFor();
  await page.getByRole('button', { name: /^1\. / }).click();
  await page.getByRole('region', { name: /^Response of 1\. / }).waitFor();
}

async function distribution(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Distribution of Place an order' }).click();
  await page.getByRole('dialog').getByRole('img', { name: 'Response times' }).waitFor();
}

async function dialog(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('dialog').waitFor();
}

export function screens({ checkoutId, failedRunId, invitationUrl, liveRunId, passedRunId }: Seeded): PicturedScreen[] {
  const invitation = new URL(invitationUrl);
  return [
    { name: 'home', path: '/', prepare: (page) => heading(page, 'Running now') },
    { name: 'scenarios', path: '/scenarios', prepare: (page) => page.getByText('Checkout').first().waitFor() },
    { name: 'scenario', path: `/scenarios/${checkoutId}`, prepare: (page) => heading(page, 'Throughput') },
    { name: 'scenario-settings', path: `/scenarios/${checkoutId}?tab=settings` },
    { name: 'scenario-files', path: `/scenarios/${checkoutId}?tab=files` },
    {
      name: 'editor',
      path: `/scenarios/${checkoutId}/edit`,
      prepare: openRequest,
    },
    {
      name: 'editor-yaml',
      path: `/scenarios/${checkoutId}/edit?view=yaml`,
      prepare: (page) => heading(page, 'Planned users'),
    },
    { name: 'editor-try', path: `/scenarios/${checkoutId}/edit`, prepare: tryIt },
    { name: 'editor-problems', path: '/scenarios/new?view=yaml', prepare: brokenDocument },
    { name: 'runs', path: '/runs', prepare: (page) => page.getByText('Checkout').first().waitFor() },
    { name: 'run-live', path: `/runs/${liveRunId}`, prepare: charts },
    { name: 'run', path: `/runs/${passedRunId}`, prepare: charts },
    { name: 'run-failed', path: `/runs/${failedRunId}`, prepare: charts },
    { name: 'run-distribution', path: `/runs/${passedRunId}`, prepare: distribution, isDialog: true },
    { name: 'run-errors', path: `/runs/${failedRunId}?tab=errors`, prepare: (page) => heading(page, 'Errors') },
    { name: 'run-generators', path: `/runs/${passedRunId}?tab=generators`, prepare: charts },
    { name: 'run-logs', path: `/runs/${passedRunId}?tab=logs`, prepare: charts },
    { name: 'run-artifacts', path: `/runs/${passedRunId}?tab=artifacts`, prepare: charts },
    { name: 'regions', path: '/regions' },
    { name: 'users', path: '/users' },
    { name: 'users-invite', path: '/users', prepare: (page) => dialog(page, 'Invite'), isDialog: true },
    { name: 'tokens', path: '/tokens' },
    { name: 'secrets', path: '/secrets' },
    { name: 'audit', path: '/audit' },
    { name: 'docs', path: '/docs' },
    { name: 'docs-document', path: '/docs/scenarios' },
    { name: 'about', path: '/about' },
    { name: 'sign-in', path: '/', isSignedOut: true },
    { name: 'invitation', path: `${invitation.pathname}${invitation.search}`, isSignedOut: true },
  ];
}

/** Scripts on their way into scenarios, in a real browser. */
import { describe, expect, it } from 'vitest';
import { rawZip } from '../../server/uploads/fixtures/raw-zip.ts';
import { axeViolations } from './fixtures/axe.ts';
import { TEST_MS_MAX } from './fixtures/chromium.ts';
import { sharedConsole } from './fixtures/shared-console.ts';

const here = sharedConsole();

const k6 = (comment: string) =>
  `// ${comment}\nimport http from "k6/http";\nexport const options = { vus: 2, duration: "5s" };\nexport default () => { http.get("http://127.0.0.1/"); };\n`;

const file = (name: string, content: string | Buffer) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

describe('a script', { timeout: TEST_MS_MAX }, () => {
  it('becomes a scenario, is replaced, and is had back', async (context) => {
    const { signedIn, served, troubles } = here(context);
    const page = await signedIn();
    await page.goto(`${served.url}/scenarios`);
    await page.getByRole('button', { name: 'Upload a script' }).click();
    await page.getByRole('heading', { name: 'Upload a script' }).waitFor();
    const chooser = page.locator('input[type=file]');
    const submit = page.getByRole('button', { name: 'Make the scenario' });
    await chooser.setInputFiles(file('broken.zip', rawZip([{ name: '../x.js' }])));
    await submit.click();
    await page.getByText('leads out of the archive').first().waitFor();
    const names = ['a.js', 'b.js', 'data/users.csv'];
    await chooser.setInputFiles(file('tests.zip', rawZip(names.map((name) => ({ name, content: k6(name) })))));
    await page.getByLabel('Name', { exact: true }).fill('From a zip');
    await submit.click();
    await page.getByText('Several files can be run').waitFor();
    expect(await submit.isEnabled()).toBe(false);
    await page.getByLabel('b.js').check();
    expect(await axeViolations(page)).toEqual([]);
    await submit.click();
    await page.getByRole('heading', { name: 'From a zip' }).waitFor();
    await page.getByText('the load that the script describes').waitFor();

    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('button', { name: 'Replace the script' }).click();
    // The screen comes late when it is shown for the first time; until then there are other files to choose.
    await page.getByRole('heading', { name: 'Replace the script' }).waitFor();
    await chooser.setInputFiles(file('newer.js', k6('newer')));
    await page.getByRole('button', { name: 'Replace the script' }).click();
    await page.getByRole('button', { name: /versions of b\.js$/ }).click();
    await page.getByRole('button', { name: /^Restore version/ }).click();
    await page.getByText('b.js holds again what it held.').waitFor();
    const scenarios = (await (await served.call('/api/scenarios')).json()) as { items: { id: string }[] };
    const path = `/api/scenarios/${scenarios.items[0]?.id}/files/b.js`;
    expect(await (await served.call(path)).text()).toBe(k6('b.js'));
    expect(await axeViolations(page)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

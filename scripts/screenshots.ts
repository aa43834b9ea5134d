/**
 * `npm run screenshots [-- FOLDER] [--docs-only]`: pictures of every screen of the console, in light, in dark and 400 px wide, of a control plane of its
 * own with runs of its own. They go to `.screenshots/`, and those that the docs show to `docs/screenshots/`; with a folder all of them go there.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type OpenedConsole, openConsole } from '../console/browser/fixtures/open-console.ts';
import { toolNamed } from '../tools/tools.ts';
import { type PicturedScreen, screens } from './screenshots/screens.ts';
import { seed } from './screenshots/seed.ts';

const root = join(import.meta.dirname, '..');
const DOC_PICTURE_BYTES_MAX = 300_000;
const SETTLE_MS = 700;

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { colorScheme: 'light', viewport: { width: 400, height: 800 } },
};
/** Screens that the docs show, with the height of the picture in pixels. */
const docPictures: Readonly<Record<string, number>> = { home: 800, run: 1_280, editor: 1_020 };
const DOC_WIDTH = 1_280;

async function show(page: Page, origin: string, screen: PicturedScreen): Promise<void> {
  await page.goto(`${origin}${screen.path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // Screens that follow something that goes on are never idle.
  await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => {});
  await screen.prepare?.(page);
  await page.waitForTimeout(SETTLE_MS);
}

/** The window is made as high as the page: Playwright's own way for whole pages leaves the navigation closed now and then. */
async function takeWhole(page: Page, path: string, { isDialog }: PicturedScreen): Promise<void> {
  const window = page.viewportSize() ?? { width: 1_400, height: 900 };
  if (isDialog !== true) {
    const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
    await page.setViewportSize({ ...window, height: Math.max(height, window.height) });
    await page.waitForTimeout(SETTLE_MS / 2);
  }
  await page.screenshot({ path, animations: 'disabled' });
  await page.setViewportSize(window);
}

interface Pictures {
  opened: OpenedConsole;
  /** Lines about what is not as it should be on the pictures. */
  failures: string[];
}

async function takeAll({ failures, opened }: Pictures, folder: string, pictured: PicturedScreen[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [look, options] of Object.entries(looks)) {
    const known = await opened.signedIn({ ...options, timezoneId: 'UTC' });
    const stranger = await opened.newPerson({ ...options, timezoneId: 'UTC' });
    for (const screen of pictured) {
      const page = screen.isSignedOut === true ? stranger : known;
      try {
        await show(page, opened.served.url, screen);
      } catch (error) {
        failures.push(`${screen.name} (${look}): ${error instanceof Error ? error.message.split('\n')[0] : error}`);
      }
      const path = join(folder, `${screen.name}-${look}.png`);
      await takeWhole(page, path, screen);
    }
    await Promise.all([known.context().close(), stranger.context().close()]);
    console.log(`${look}: ${pictured.length} pictures`);
  }
}

async function takeDocPictures({ failures, opened }: Pictures, folder: string, pictured: PicturedScreen[]) {
  await mkdir(folder, { recursive: true });
  const page = await opened.signedIn({ ...looks.light, timezoneId: 'UTC' });
  for (const [name, height] of Object.entries(docPictures)) {
    const screen = pictured.find((candidate) => candidate.name === name);
    if (screen === undefined) throw new Error(`No screen is called ${name}.`);
    await page.setViewportSize({ width: DOC_WIDTH, height });
    await show(page, opened.served.url, screen);
    const bytes = await page.screenshot({ animations: 'disabled' });
    if (bytes.length > DOC_PICTURE_BYTES_MAX) failures.push(`${name} is too large for the docs: ${bytes.length} bytes`);
    await writeFile(join(folder, `${name}.png`), bytes);
  }
  await page.context().close();
}

async function main(chromium: string): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'docs-only': { type: 'boolean' } } });
  const [given] = positionals;
  const folder = given === undefined ? join(root, '.screenshots') : resolve(given);
  const docsFolder = given === undefined ? join(root, 'docs', 'screenshots') : join(folder, 'docs');
  const opened = await openConsole(chromium);
  try {
    console.log('Running what is to be seen (two minutes and more) ...');
    const seeded = await seed(opened.served, opened.target.url);
    const pictured = screens(seeded);
    const pictures: Pictures = { opened, failures: [...seeded.surprises] };
    await takeDocPictures(pictures, docsFolder, pictured);
    if (values['docs-only'] !== true) await takeAll(pictures, folder, pictured);
    for (const line of [...pictures.failures, ...opened.troubles]) console.error(line);
    console.log(`They lie in ${folder}; those of the docs in ${docsFolder}.`);
    return pictures.failures.length;
  } finally {
    await opened.close();
  }
}

const chromium = toolNamed('chromium').find();
if (chromium === null) {
  console.error('Pictures are taken with Chromium, which is not installed: npm run tools');
  process.exitCode = 1;
} else {
  process.exitCode = (await main(chromium)) === 0 ? 0 : 1;
}

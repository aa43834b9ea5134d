/**
 * How fast the console is, in a real Chromium: what it loads first, what the page of a long run loads and how soon it is drawn, what a live update
 * costs, and how soon a sample is seen. The API, its files and the live data are the real ones; runs are stored as if they had been carried out, and those
 * under way have tasks that only print. `node bench/console.ts`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { measureFirstLoad } from '../console/browser/fixtures/first-load.ts';
import { formatSecond } from '../core/duration.ts';
import { buildConsole } from '../scripts/build-console.ts';
import { createFilesystemObjectStore } from '../server/adapters/local/filesystem-object-store.ts';
import { createMemoryStores } from '../server/adapters/memory/memory-stores.ts';
import { readConsoleFiles, serveConsole } from '../server/http/console/console-files.ts';
import { startServer, type TestServer } from '../server/http/fixtures/start-server.ts';
import { MQTT_PATH } from '../server/live/mqtt-broker.ts';
import { toolNamed } from '../tools/tools.ts';
import { measureShown, measureUpdates, notedSeconds, noteSeconds } from './console-page.ts';
import { openLiveParts } from './live-parts.ts';
import { spreadOf } from './rounds.ts';
import { seedRun } from './seeded-run.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const LABELS = 20;
const REGIONS = ['one', 'two'];
const ROUNDS = 5;
const LIVE_REGIONS = ['one', 'two', 'three', 'four'];
/** As many tasks as tell of each second by themselves. */
const TASKS_OF_REGION = 50;
const WATCHED_SECONDS = 30;
/** Until a page is open, connected and has shown its first points. */
const SETTLE_SECONDS = 8;
/** A sample is somewhere in its second. */
const STEPS = 100;

interface Bench {
  home: string;
  logs: string;
  server: TestServer;
  stores: ReturnType<typeof createMemoryStores> & { objects: ReturnType<typeof createFilesystemObjectStore> };
  browser: Browser;
}

const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)] ?? 0;

/**
 * A window of somebody who is signed in: the page finds the session that signing in would have left. Its policy does not hold, which would keep out
 * what waits for things in it.
 */
async function openPage({ browser, server }: Bench): Promise<Page> {
  const page = await (await browser.newContext({ bypassCSP: true, viewport: { width: 1_400, height: 900 } })).newPage();
  const { signIn } = (await (await fetch(`${server.url}/config.json`)).json()) as {
    signIn: { issuer: string; clientId: string };
  };
  const user = {
    access_token: server.token,
    token_type: 'Bearer',
    scope: 'openid',
    profile: { sub: 'local' },
    expires_at: Math.round(Date.now() / 1_000) + 3_600,
  };
  const stored = [`oidc.user:${signIn.issuer}:${signIn.clientId}`, JSON.stringify(user)].map((text) =>
    JSON.stringify(text),
  );
  await page.addInitScript(`sessionStorage.setItem(${stored.join(', ')})`);
  return page;
}

async function measureLongRuns(bench: Bench) {
  const endedAtMs = Date.now() - 60_000;
  const common = { endedAtMs, regions: REGIONS };
  await seedRun(bench.stores, {
    ...common,
    id: 'hour',
    name: 'An hour',
    seconds: HOUR_SECONDS,
    labels: LABELS,
    goAtMs: endedAtMs - HOUR_SECONDS * 1_000,
  });
  await seedRun(bench.stores, {
    ...common,
    id: 'day',
    name: 'A day',
    regions: ['one'],
    seconds: DAY_SECONDS,
    isInTicksOnly: true,
    labels: 1,
    goAtMs: endedAtMs - DAY_SECONDS * 1_000,
  });
  console.error('they are stored');
  const shown: number[] = [];
  const bytes: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [id, rows] of [
      ['hour', LABELS + 1],
      ['day', 1],
    ] as const) {
      const page = await openPage(bench);
      const { seriesBytes, shownMs } = await measureShown(page, `${bench.server.url}/runs/${id}`, rows);
      if (id === 'hour') shown.push(shownMs);
      bytes[id] = seriesBytes;
      await page.context().close();
    }
  }
  return { shownMs: spreadOf(shown), hourBytes: bytes.hour, dayBytes: bytes.day, breakdownMs: await breakdowns(bench) };
}

/** Of nearly all of the hour, with odd seconds at both ends, as brushing gives them. */
async function breakdowns({ server }: Bench) {
  const ms: number[] = [];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const begun = performance.now();
    const answer = await server.call(`/api/runs/hour/breakdown?from=${61 + round}&to=${HOUR_SECONDS - 53 - round}`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the breakdown was answered with ${answer.status}`);
    ms.push(performance.now() - begun);
  }
  return spreadOf(ms);
}

/** A run under way that has been measured for so long, with tasks that print from now on. */
async function beginLive(
  bench: Bench,
  id: string,
  seconds: number,
  among: readonly string[],
): Promise<{ goAtMs: number; tasks: ChildProcess }> {
  const goAtMs = Date.now() + SETTLE_SECONDS * 1_000 - seconds * 1_000;
  const run = { id, name: 'Watched', regions: among, tasks: TASKS_OF_REGION, labels: LABELS };
  await seedRun(bench.stores, { ...run, seconds, goAtMs, endedAtMs: null });
  mkdirSync(join(bench.logs, id), { recursive: true });
  const regions = among.map((name) => `${name}=${TASKS_OF_REGION}`);
  const program = join(import.meta.dirname, 'simulated-windows.ts');
  const from = Math.max(seconds, Math.ceil((Date.now() - goAtMs) / 1_000));
  const what = [join(bench.logs, id), String(goAtMs), String(from), String(WATCHED_SECONDS), ...regions];
  return { goAtMs, tasks: spawn(process.execPath, [program, ...what], { stdio: 'inherit' }) };
}

/** Seconds of what is told are waited for, then all of them have been printed. */
async function measureLongLive(bench: Bench): Promise<number[]> {
  const { tasks } = await beginLive(bench, 'long', HOUR_SECONDS, REGIONS);
  const page = await openPage(bench);
  await page.goto(`${bench.server.url}/runs/long`);
  await page.locator('.uplot').first().waitFor();
  await page.waitForTimeout(SETTLE_SECONDS * 1_000);
  const updates = await measureUpdates(bench.browser, page, (WATCHED_SECONDS - SETTLE_SECONDS) * 1_000);
  tasks.kill();
  await page.context().close();
  return updates;
}

async function measureDelays(bench: Bench): Promise<{ delays: number[]; secondsSeen: number }> {
  const { goAtMs, tasks } = await beginLive(bench, 'new', 0, LIVE_REGIONS);
  const page = await openPage(bench);
  await page.goto(`${bench.server.url}/runs/new`);
  await page.getByText('No samples yet').waitFor();
  await noteSeconds(page);
  await page.waitForTimeout(goAtMs + (WATCHED_SECONDS + 4) * 1_000 - Date.now());
  const noted = await notedSeconds(page);
  tasks.kill();
  await page.context().close();
  const seen = Array.from({ length: WATCHED_SECONDS }, (_, second) => ({ second, atMs: noted[formatSecond(second)] }));
  // The first ones come while the page asks for the first time.
  const told = seen.filter(({ atMs, second }) => second >= SETTLE_SECONDS && atMs !== undefined);
  const delays = told.flatMap(({ atMs = 0, second }) =>
    Array.from({ length: STEPS }, (_, i) => atMs - (goAtMs + (second + (i + 0.5) / STEPS) * 1_000)),
  );
  return { delays, secondsSeen: told.length };
}

async function measureAll(bench: Bench): Promise<void> {
  console.error('first load');
  const first = await openPage(bench);
  const { scriptBytes, styleBytes } = await measureFirstLoad(first, bench.server.url);
  await first.context().close();
  console.error('long runs');
  const long = await measureLongRuns(bench);
  console.error('live updates');
  const updates = await measureLongLive(bench);
  console.error('samples to screen');
  const { delays, secondsSeen } = await measureDelays(bench);
  console.log(
    JSON.stringify({
      scriptBytes,
      styleBytes,
      ...long,
      updates: updates.length,
      updateMsP50: percentile(updates, 50),
      updateMsP95: percentile(updates, 95),
      tasks: LIVE_REGIONS.length * TASKS_OF_REGION,
      secondsWatched: WATCHED_SECONDS - SETTLE_SECONDS,
      secondsSeen,
      delayMsP50: percentile(delays, 50),
      delayMsP95: percentile(delays, 95),
    }),
  );
}

const program = toolNamed('chromium').find();
if (program === null) throw new Error('the console is measured with Chromium, which is not installed: npm run tools');
if (!buildConsole()) throw new Error('the console could not be built');
const home = mkdtempSync(join(tmpdir(), 'loadstar-console-'));
const logs = join(home, 'logs');
const stores = { ...createMemoryStores(), objects: createFilesystemObjectStore(join(home, 'objects')) };
const live = await openLiveParts(stores.runs, logs);
const consoleFiles = serveConsole(await readConsoleFiles(join(import.meta.dirname, '..', 'console', 'dist')), []);
const server = await startServer({
  app: { ...stores, mqttAddress: MQTT_PATH, ...(consoleFiles !== null && { console: consoleFiles }) },
  webSockets: live.webSockets,
});
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
try {
  await measureAll({ home, logs, server, stores, browser });
} finally {
  await browser.close();
  await live.close();
  await server.close(0);
  rmSync(home, { recursive: true, force: true });
}

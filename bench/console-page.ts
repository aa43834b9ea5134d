/** What a page of the console does, measured from inside and outside of the browser. */
import type { Browser, Page } from 'playwright-core';

/** Of a run's page: that many line charts. */
const CHARTS = 5;
/** An update is all that the main thread does from when it is told until so much later: script, layout and paint. */
const UPDATE_MS = 50;
/** `live-feed.ts` gathers messages for so long, then tells of them; no other timer of the page has this length. */
const TOLD_EVERY_MS = 180;

export interface ShownRun {
  /** From the last of series, heat map and breakdown having come until all of them are painted. */
  shownMs: number;
  /** JSON as it is read, of series and heat map. */
  seriesBytes: number;
}

/** Opens the page of a finished run. `rows`: of its table of requests. */
export async function measureShown(page: Page, url: string, rows: number): Promise<ShownRun> {
  let seriesBytes = 0;
  const bodies: Promise<void>[] = [];
  page.on('response', (response) => {
    if (!/\/(series|heatmap)(\?|$)/.test(response.url())) return;
    bodies.push(
      response.body().then((body) => {
        seriesBytes += body.length;
      }),
    );
  });
  await page.addInitScript(`(() => {
    const isShown = () =>
      document.querySelectorAll('.uplot canvas').length >= ${CHARTS} &&
      document.querySelector('canvas.heatmap') !== null &&
      document.querySelectorAll('table:not(.u-legend) tbody tr').length >= ${rows};
    new MutationObserver((_changes, observer) => {
      if (!isShown()) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => { window.shownAt = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });
  })()`);
  await page.goto(url);
  await page.waitForFunction('window.shownAt !== undefined', undefined, { timeout: 60_000 });
  const shownMs = Number(
    await page.evaluate(`window.shownAt - Math.max(...performance.getEntriesByType('resource')
      .filter(({ name }) => /\\/(series|heatmap|breakdown)(\\?|$)/.test(name)).map(({ responseEnd }) => responseEnd))`),
  );
  await Promise.all(bodies);
  return { shownMs, seriesBytes };
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Of the thread's own CPU: other programs of the machine do not count. */
  tdur?: number;
  args: { data?: { timerId?: number; timeout?: number } };
}

/** Milliseconds of CPU that the main thread needed for each live update, while the page of a run that is watched is traced. */
export async function measureUpdates(browser: Browser, page: Page, traceMs: number): Promise<number[]> {
  const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'];
  await browser.startTracing(page, { categories });
  await page.waitForTimeout(traceMs);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const isTelling = ({ args, name }: TraceEvent) => name === 'TimerInstall' && args.data?.timeout === TOLD_EVERY_MS;
  const telling = new Set(traceEvents.filter(isTelling).map(({ args }) => args.data?.timerId));
  const fired = traceEvents.filter(({ args, name }) => name === 'TimerFire' && telling.has(args.data?.timerId));
  const tasks = traceEvents.filter(({ dur, name, ph }) => name === 'RunTask' && ph === 'X' && dur !== undefined);
  return fired.map(({ pid, tid, ts }) => {
    const ofUpdate = tasks.filter(
      (task) =>
        task.pid === pid && task.tid === tid && task.ts + (task.dur ?? 0) > ts && task.ts < ts + UPDATE_MS * 1_000,
    );
    return ofUpdate.reduce((sum, { dur = 0, tdur = dur }) => sum + tdur, 0) / 1_000;
  });
}

/** Begins to note when each second of a run that is watched is painted in its first chart. */
export async function noteSeconds(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    window.paintedAt = {};
    const look = () => {
      const text = document.querySelector('[role=img][aria-label^="Requests per second"] .u-legend .u-value')?.textContent;
      if (text && !(text in window.paintedAt)) {
        window.paintedAt[text] = 0;
        setTimeout(() => { window.paintedAt[text] = Date.now(); });
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`);
}

/** By `mm:ss`: epoch milliseconds. */
export async function notedSeconds(page: Page): Promise<Record<string, number>> {
  return (await page.evaluate('window.paintedAt')) as Record<string, number>;
}

/** What the console shows of a run while it runs, with its own connection to the whole server, through a restart of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { LiveFeed } from '../../console/src/live/live-feed.ts';
import { mergeSeries } from '../../console/src/live/merge-series.ts';
import { openMqtt } from '../../console/src/live/open-mqtt.ts';
import type { Series } from '../../core/api/runs.ts';
import { makeHome, type ServedHome, serveHome, smallScenario } from './fixtures/serve-home.ts';

const seriesOf = async (served: ServedHome, runId: string): Promise<Series> =>
  (await (await served.call(`/api/runs/${runId}/series`)).json()) as Series;

const secondsOf = ({ points }: Series) => points.map(({ second }) => second);
const upTo = (last: number) => Array.from({ length: last + 1 }, (_, second) => second);

describe('a run that is watched', { timeout: 90_000 }, () => {
  it('has no gap and no second twice, for whoever comes late, and after the server was away', async () => {
    const home = await makeHome();
    let served = await serveHome(home.path);
    const port = Number(new URL(served.url).port);
    let stop = () => {};
    try {
      const scenario = await served.createScenario(smallScenario({ holdFor: '60s' }));
      const { id } = await served.startRun(scenario.id);
      await served.waitFor(id, ({ live }) => (live?.second ?? 0) >= 6);
      const feed = new LiveFeed({
        accessToken: async () => served.token,
        open: (token, onMessage) => openMqtt(`${served.url.replace('http', 'ws')}/mqtt`, id, token, onMessage),
      });
      stop = feed.subscribe(() => {});
      await vi.waitFor(() => expect(feed.state().moments.length).toBeGreaterThan(1), { timeout: 20_000 });
      const shown = async () => secondsOf(mergeSeries(await seriesOf(served, id), feed.state().moments, null));
      const atOnce = await shown();
      expect(atOnce).toEqual(upTo(atOnce.length - 1));
      expect(atOnce.length).toBeGreaterThanOrEqual(6);
      await served.close();
      await vi.waitFor(() => expect(feed.state().isConnected).toBe(false), 20_000);
      await sleep(1_500);
      served = await serveHome(home.path, { port });
      await vi.waitFor(() => expect(feed.state().isConnected).toBe(true), { timeout: 20_000 });
      await vi.waitFor(
        async () => {
          const after = await shown();
          expect(after.length).toBeGreaterThan(atOnce.length + 2);
          expect(after).toEqual(upTo(after.length - 1));
        },
        { timeout: 20_000, interval: 500 },
      );
    } finally {
      stop();
      await served.close();
      served.local.killTasksNow();
      await home.remove();
    }
  });
});

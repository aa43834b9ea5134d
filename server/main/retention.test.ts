/** Runs that are older than they are kept go by themselves, with all that they left, from a server that goes on serving. */
import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { RunPage } from '../../core/api/runs.ts';
import type { AuditPage } from '../../core/api/system.ts';
import { pruneRuns } from '../verbs/prune-runs.ts';
import { type ServedHome, serveHome, smallScenario, withServedHome } from './fixtures/serve-home.ts';

const retention = { keepDays: 7, keepArtifactsDays: null, keepBytes: null };
const DAY_MS = 24 * 3600 * 1000;

const runIds = async ({ call }: ServedHome) =>
  ((await (await call('/api/runs')).json()) as RunPage).items.map(({ id }) => id);

it('are deleted when their time is over, at the start and later', { timeout: 120_000 }, () =>
  withServedHome(async (served, home) => {
    const { id } = await served.createScenario(smallScenario());
    const old = await served.waitFor((await served.startRun(id)).id);
    const recent = await served.waitFor((await served.startRun(id)).id);
    const { runs } = served.local.ports;
    const row = await runs.get(old.id);
    if (row === null) throw new Error('the run is gone');
    await runs.update({ ...row, version: row.version + 1, endedAtMs: Date.now() - 8 * DAY_MS });
    await served.close();

    const next = await serveHome(home, { keepDays: 7 });
    try {
      await expect.poll(() => runIds(next)).toEqual([recent.id]);
      expect((await next.call(`/api/runs/${old.id}/report`)).status).toBe(404);
      const left = await readdir(home, { recursive: true });
      expect(left.filter((path) => path.includes(recent.id)).length).toBeGreaterThan(1);
      expect(left.filter((path) => path.includes(old.id))).toEqual([]);

      const inDays = (days: number) => ({ ...next.local.ports, nowMs: () => Date.now() + days * DAY_MS });
      const waiting = await next.startRun(id);
      expect(await pruneRuns(inDays(6), retention)).toMatchObject({ runs: 0 });
      expect(await pruneRuns(inDays(8), retention)).toMatchObject({ runs: 1 });
      // One that has not ended stays, however old.
      expect(await runIds(next)).toEqual([waiting.id]);
      expect(await next.waitFor(waiting.id)).toMatchObject({ phase: 'complete' });
      const { items } = (await (await next.call('/api/audit')).json()) as AuditPage;
      const deleted = items.filter(({ action }) => action === 'run.delete');
      expect(deleted.map(({ target, actor }) => [target, actor.kind])).toEqual([
        [recent.id, 'system'],
        [old.id, 'system'],
      ]);
      expect(next.trouble).toEqual([]);
    } finally {
      await next.close();
      next.local.killTasksNow();
    }
  }),
);

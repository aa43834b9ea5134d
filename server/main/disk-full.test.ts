/** A disk that is full, or that nothing can be written on: what is asked for fails with clear words, and nothing is left half done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import type { RunPage } from '../../core/api/runs.ts';
import { startPracticeTarget } from '../../practice-target/start.ts';
import { loadConfig } from '../config/load-config.ts';
import { type ServedHome, serveHome, smallScenario } from './fixtures/serve-home.ts';
import { type SmallDisk, withSmallDisk } from './fixtures/small-disk.ts';
import { serveControlPlane } from './serve.ts';

/** Serves on a small disk, in this process. */
async function withServer(context: TestContext, test: (served: ServedHome, disk: SmallDisk) => Promise<void>) {
  await withSmallDisk(context, async (disk) => {
    const served = await serveHome(disk.path);
    try {
      await test(served, disk);
    } finally {
      disk.free();
      await served.close();
      served.local.killTasksNow();
    }
  });
}

const runIds = async ({ call }: ServedHome) =>
  ((await (await call('/api/runs')).json()) as RunPage).items.map(({ id }) => id);

describe('a disk that is full', { timeout: 120_000 }, () => {
  it('refuses files and runs as problems, leaves nothing of them, and takes them once there is room', (context) =>
    withServer(context, async (served, disk) => {
      const { call } = served;
      const { id } = await served.createScenario(smallScenario());
      const path = `/api/scenarios/${id}/files/data.csv`;
      const put = (body: Buffer) => call(path, { method: 'PUT', body: new Uint8Array(body) });
      const start = () => call(`/api/scenarios/${id}/runs`, { method: 'POST' });
      const body = Buffer.alloc(1_000_000, 'a');
      disk.fill();
      for (const answer of [await put(body), await start(), await start()]) {
        expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'store_failed' }]);
      }
      expect(served.trouble.join('\n')).toContain('the disk is full (ENOSPC)');
      expect((await call(path)).status).toBe(404);
      expect(await runIds(served)).toEqual([]);
      for (const readable of [`/api/scenarios/${id}`, `/api/scenarios/${id}/files`, '/api/regions', '/api/ready']) {
        expect((await call(readable)).status).toBe(200);
      }
      disk.free();
      expect((await put(body)).status).toBe(201);
      expect(Buffer.from(await (await call(path)).arrayBuffer()).equals(body)).toBe(true);
      const run = await served.startRun(id);
      expect(await served.waitFor(run.id)).toMatchObject({ phase: 'complete' });
      expect(await runIds(served)).toEqual([run.id]);
    }));

  it('keeps the file there was when a larger one does not fit in its place', (context) =>
    withServer(context, async (served, disk) => {
      const { call } = served;
      const { id } = await served.createScenario(smallScenario());
      const path = `/api/scenarios/${id}/files/data.csv`;
      expect((await call(path, { method: 'PUT', body: 'as it was' })).status).toBe(201);
      disk.fill();
      expect((await call(path, { method: 'PUT', body: 'b'.repeat(100_000) })).status).toBe(500);
      expect(await (await call(path)).text()).toBe('as it was');
    }));

  it('in the middle of a run does not end the server, and the run ends with what could be kept', async (context) => {
    const target = await startPracticeTarget({ port: 0 });
    const url = `${target.url}/api/products`;
    await withServer(context, async (served, disk) => {
      const { id } = await served.createScenario(smallScenario({ url, holdFor: '6s' }));
      const run = await served.startRun(id);
      await served.waitFor(run.id, ({ live }) => (live?.second ?? 0) >= 1);
      disk.fill();
      await sleep(3_000);
      expect((await served.call('/api/runs')).status).toBe(200);
      expect((await served.call(`/api/runs/${run.id}`)).status).toBe(200);
      disk.free();
      const ended = await served.waitFor(run.id);
      expect(ended.phase).toBeOneOf(['complete', 'failed']);
      const report = await served.call(`/api/runs/${run.id}/report`);
      expect([report.status, await report.json()]).toMatchObject([200, { status: ended.phase }]);
      const { id: nextId } = await served.createScenario(smallScenario({ url, name: 'next' }));
      const next = await served.startRun(nextId);
      expect(await served.waitFor(next.id)).toMatchObject({ phase: 'complete' });
    }).finally(() => target.stop());
  });
});

describe('a start', () => {
  const serve = (home: string) => {
    const { config } = loadConfig({ environment: { LOADSTAR_HOME: home, LOADSTAR_PORT: '0' }, workingFolder: home });
    return serveControlPlane({ config, version: '1.2.3', log: () => {} });
  };
  const refused = (reason: string) => ({
    code: 'store_failed',
    message: expect.stringMatching(new RegExp(`^cannot .*${reason}`)),
  });

  it('on a disk that is full says so, and works once there is room', (context) =>
    withSmallDisk(context, async (disk) => {
      disk.fill();
      await expect(serve(disk.path)).rejects.toMatchObject(refused('full'));
      disk.free();
      await (await serve(disk.path)).close();
    }));

  it('on a disk that is read-only says so', (context) =>
    withSmallDisk(context, async (disk) => {
      await (await serve(disk.path)).close();
      disk.makeReadOnly();
      await expect(serve(disk.path)).rejects.toMatchObject(refused('read-only'));
    }));
});

/** Whole runs whose tasks reach their run folder over HTTP, with the real server: exact, and through a restart of the control plane. */
import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../http/fixtures/start-server.ts';
import { expectWhole, type Opener, until, withHome } from './fixtures/local-planes.ts';
import { scriptedScenario } from './fixtures/scripted-run.ts';

/** `env` runs what follows in its place: it stands for whatever command brings a task to another host. */
const regions = { east: { tasksMax: 2, command: ['env'] }, west: 2 };

/** A control plane with its server. `port`: 0 for any free one. */
async function serve(open: Opener, port: number) {
  const served = Promise.withResolvers<TestServer>();
  const local = await open({ regions, publicUrl: async () => (await served.promise).url });
  const server = await startServer({ app: local.ports, listen: { port } });
  served.resolve(server);
  const close = async () => {
    await server.close(0);
    await local.close();
  };
  return { local, server, close };
}

describe('a run over HTTP', { timeout: 60_000 }, () => {
  it.concurrent('is as whole as one over files, beside tasks that use files', () =>
    withHome(async (open) => {
      const { local, server } = await serve(open, 0);
      const scenario = scriptedScenario({ regions: { east: 2, west: 1 }, seconds: 2 });
      const run = await local.startRun(scenario, new Map([['data/ü a.csv', Buffer.from('1,2')]]));
      expect(await local.watchRun(run.id)).toMatchObject({ phase: 'complete', lostTasks: [] });
      expectWhole(await local.readReport(run.id), 3, 2);
      // What its tasks were allowed to do, they are no more.
      const token = local.ports.runFolderAccess?.tokenOf(run.id);
      const url = `${server.url}/api/run-folders/${run.id}/series/east/0/99.seg`;
      const late = await fetch(url, { method: 'PUT', body: 'late', headers: { authorization: `Bearer ${token}` } });
      expect(late.status).toBe(409);
      await server.close(0);
    }));

  it.concurrent('loses nothing while its control plane is away for less than the lease', () =>
    withHome(async (open) => {
      const first = await serve(open, 0);
      const run = await first.local.startRun(scriptedScenario({ regions: { east: 2 }, seconds: 6 }));
      await until(first.local, run.id, ({ elapsedSeconds }) => (elapsedSeconds ?? 0) >= 2);
      await first.close();
      const second = await serve(open, first.server.port);
      expect((await second.local.readRun(run.id)).phase).toBe('running');
      expect(await second.local.watchRun(run.id)).toMatchObject({ phase: 'complete', lostTasks: [] });
      expectWhole(await second.local.readReport(run.id), 2, 6);
      await second.close();
    }));

  it.concurrent('cannot be started where nothing is served, and leaves nothing', () =>
    withHome(async (open) => {
      const local = await open({ regions });
      await expect(local.startRun(scriptedScenario({ regions: { east: 1 } }))).rejects.toMatchObject({
        code: 'launch_failed',
        message: expect.stringContaining('region east'),
      });
      expect(await local.ports.objects.list('runs/')).toEqual([]);
      const run = await local.startRun(scriptedScenario({ regions: { west: 1 }, seconds: 1 }));
      expect(run.tokenHash).toBeNull();
      expect(await local.watchRun(run.id)).toMatchObject({ phase: 'complete' });
    }));
});

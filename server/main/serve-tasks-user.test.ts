/** The control plane as it is served, with tasks of another user: they reach their run through its API alone. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { scriptedScenario } from './fixtures/scripted-run.ts';
import { serveControlPlane } from './serve.ts';

it('runs tasks as another user, who reads its run over HTTP', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root starts processes of another user');
  const home = await mkdtemp(join(tmpdir(), 'loadstar-home-'));
  // Nothing but the modes of what is inside keeps others out.
  await chmod(home, 0o755);
  const environment = { LOADSTAR_HOME: home, LOADSTAR_PORT: '0', LOADSTAR_TASKS_USER: 'nobody' };
  const { config } = loadConfig({ environment, workingFolder: home });
  const served = await serveControlPlane({ config, version: '1.2.3', log: () => {} });
  try {
    const scenario = scriptedScenario({ regions: { local: 1 }, seconds: 1 });
    const run = await served.local.startRun(scenario);
    expect(run.tokenHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await served.local.watchRun(run.id)).toMatchObject({ phase: 'complete', reason: null, lostTasks: [] });
    const report = await served.local.readReport(run.id);
    expect(report).toMatchObject({ status: 'complete', partial: false, tasksDelivered: 1 });
  } finally {
    served.local.killTasksNow();
    await served.close();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import { openLocal } from './open-local.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-open-local-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('gives a run up, and says why, when nothing can be done about it for long', async () => {
  const home = join(folder, 'home');
  const controlPlane = await openLocal({ home, capacity: { local: 1 }, onTrouble: () => {}, failingMsMax: 500 });
  try {
    const text =
      'execution: [{hold-for: 10m, scenario: s}]\nscenarios: {s: {requests: [http://127.0.0.1:9/], think-time: 1s}}';
    const { scenario } = readScenario({ sources: [{ name: 's.yml', text }] });
    const runId = await controlPlane.start(scenario, new Map());
    let lost = false;
    const watched = controlPlane.watch(runId, ({ phase }) => {
      if (phase !== 'running' || lost) return;
      lost = true;
      // As a disk that is gone: every tick fails from now on, and what they would write has no place.
      void rm(join(home, 'objects'), { recursive: true, force: true });
    });
    await expect(watched).rejects.toMatchObject({ code: 'store_failed', message: /The run was given up/ });
  } finally {
    controlPlane.killTasksNow();
    await controlPlane.close();
  }
});

import { beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { planSchema } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { scriptedScenario } from '../main/fixtures/scripted-run.ts';
import { readControl } from '../run-folder/control-file.ts';
import { openRunFolder, readJson } from '../run-folder/run-folder.ts';
import { failingAt } from './fixtures/failing-ports.ts';
import { RunWorld } from './fixtures/run-world.ts';
import { resumeRuns } from './resume-runs.ts';
import { startRun } from './start-run.ts';

const admin = { kind: 'local' } as const;
const scenario = scriptedScenario();
const files = new Map([
  ['bodies/order.json', Buffer.from('{}')],
  ['data.csv', Buffer.from('a,b')],
]);

let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
});

async function runIds(): Promise<string[]> {
  const { items } = await world.stores.runs.list({ scenarioId: null, limit: 100, cursor: null });
  return items.map(({ id }) => id);
}

describe('starting a run', () => {
  it('leaves a folder that tasks can begin with, a row and a message', async () => {
    const run = await startRun(world.ports, admin, { scenario, scenarioId: null, files });
    expect(run).toMatchObject({ version: 1, phase: 'queued', scenarioName: 'scripted', goAtMs: null });
    expect(await world.row(run.id)).toEqual(run);
    const folder = openRunFolder(world.objects, run.id);
    const plan = await readJson(folder, runFolderPaths.plan, planSchema);
    expect(plan).toMatchObject({ runId: run.id, regions: run.regions, deadlineSeconds: run.deadlineSeconds });
    expect(await readControl(world, run.id)).toEqual({ revision: 1, state: 'wait', goAtMs: null, stopReason: null });
    expect(new TextDecoder().decode((await folder.get('files/bodies/order.json')) ?? undefined)).toBe('{}');
    expect(await world.stores.queue.receive({ max: 10, visibilitySeconds: 1 })).toMatchObject([{ runId: run.id }]);
    expect((await world.stores.audit.list({ limit: 10, cursor: null })).items).toMatchObject([
      { actor: admin, action: 'run.start', target: run.id, detail: `of ${run.scenarioId}` },
    ]);
  });

  it('names the scenario that it is of', async () => {
    const run = await startRun(world.ports, admin, { scenario, scenarioId: 'scenario-x', files, runId: 'run-x' });
    expect(run).toMatchObject({ id: 'run-x', scenarioId: 'scenario-x', durationSeconds: 2 });
  });

  it('refuses what its regions can never take, naming each', async () => {
    const tooLarge = scriptedScenario({ regions: { east: 3, north: 1 } });
    const refused = startRun(world.ports, admin, { scenario: tooLarge, scenarioId: null, files });
    await expect(refused).rejects.toMatchObject({
      code: 'capacity_exceeded',
      fields: [
        { path: 'loadstar.regions.east.tasks', message: 'is 3; the region takes 2 at most' },
        { path: 'loadstar.regions.north', message: expect.stringContaining('east, west') },
      ],
    });
    expect(await runIds()).toEqual([]);
    expect(await world.objects.list('')).toEqual([]);
  });

  it('refuses files that are too large or lie elsewhere, and leaves nothing', async () => {
    const large = new Map([['big', { length: limits.scenarioFileBytesMax + 1 } as Uint8Array]]);
    const tooLarge = startRun(world.ports, admin, { scenario, scenarioId: null, files: large });
    await expect(tooLarge).rejects.toMatchObject({ code: 'scenario_too_large' });
    const elsewhere = new Map([['../../plan.json', Buffer.from('{}')]]);
    const outside = startRun(world.ports, admin, { scenario, scenarioId: null, files: elsewhere });
    await expect(outside).rejects.toMatchObject({ code: 'option_invalid' });
    expect(await runIds()).toEqual([]);
    expect(await world.objects.list('')).toEqual([]);
  });

  it('is there whole or not at all, whichever call fails', async () => {
    for (let call = 1; ; call++) {
      world = new RunWorld();
      const failing = failingAt(world.ports, { call, after: false });
      const started = await startRun(failing.ports, admin, { scenario, scenarioId: null, files }).catch(() => null);
      if (started === null) {
        expect(await runIds(), `call ${call}`).toEqual([]);
        expect(await world.objects.list(''), `call ${call}`).toEqual([]);
      }
      if (failing.calls() < call) break;
    }
  });

  it('takes back a row whose message could not be sent', async () => {
    const queue = { ...world.stores.queue, send: () => Promise.reject(new Error('no queue')) };
    await expect(startRun({ ...world.ports, queue }, admin, { scenario, scenarioId: null, files })).rejects.toThrow(
      'no queue',
    );
    expect(await runIds()).toEqual([]);
    expect(await world.objects.list('')).toEqual([]);
  });
});

describe('resuming', () => {
  it('queues again what a control plane left without a message, and drives all that has not ended', async () => {
    const waiting = await world.start();
    world.clock.advance(1_000);
    const taken = await world.start();
    for (const { receipt } of await world.stores.queue.receive({ max: 2, visibilitySeconds: 3600 })) {
      await world.stores.queue.delete(receipt);
    }
    await world.stores.runs.update({ ...taken, version: 2, phase: 'running', goAtMs: 1 });
    expect(await resumeRuns(world.ports)).toBe(2);
    expect(await world.stores.queue.receive({ max: 2, visibilitySeconds: 1 })).toMatchObject([{ runId: waiting.id }]);
    expect(world.driven).toEqual([waiting.id, taken.id]);
  });
});

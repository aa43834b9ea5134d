import { beforeEach, describe, expect, it } from 'vitest';
import { readControl } from '../run-folder/control-file.ts';
import { cancelRun } from './cancel-run.ts';
import { deleteRun } from './delete-run.ts';
import { RunWorld } from './fixtures/run-world.ts';
import { readReport } from './read-report.ts';
import { readRun } from './read-run.ts';

const admin = { kind: 'local' } as const;
let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
});

describe('cancelling a run', () => {
  it('tells the tasks at once, and the tick to end the run', async () => {
    const { id } = await world.startAndTake();
    await world.tick(id);
    const run = await cancelRun(world.ports, admin, { runId: id });
    expect(run.cancelRequestedAtMs).toBe(world.clock.now());
    expect(await readControl(world, id)).toMatchObject({ state: 'stop', stopReason: 'cancelled' });
    expect(world.driven).toContain(id);
    expect(await world.runToEnd(id)).toMatchObject({ phase: 'cancelled' });
  });

  it('may be asked for twice, and beside a tick', async () => {
    const { id } = await world.startAndTake();
    await Promise.all([
      cancelRun(world.ports, admin, { runId: id }),
      world.tick(id),
      cancelRun(world.ports, admin, { runId: id }),
    ]);
    expect(await world.runToEnd(id)).toMatchObject({ phase: 'cancelled', stopReason: 'cancelled' });
  });

  it('changes nothing any more when the load is over', async () => {
    const { id } = await world.startAndTake();
    let asked = 0;
    const ended = await world.runToEnd(id, async ({ phase }) => {
      if (phase !== 'parsing results' && phase !== 'cleaning up') return;
      asked++;
      expect(await cancelRun(world.ports, admin, { runId: id })).toMatchObject({ cancelRequestedAtMs: null });
    });
    expect(asked).toBeGreaterThan(0);
    expect(ended.phase).toBe('complete');
    await expect(cancelRun(world.ports, admin, { runId: id })).rejects.toMatchObject({ code: 'run_state_conflict' });
  });

  it('names a run that there is not', async () => {
    await expect(cancelRun(world.ports, admin, { runId: 'run-x' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('reading, listing and deleting runs', () => {
  it('reads a report only when there is one', async () => {
    const { id } = await world.startAndTake();
    await expect(readReport(world.ports, { runId: id })).rejects.toMatchObject({ code: 'not_found' });
    await world.runToEnd(id);
    expect(await readReport(world.ports, { runId: id })).toMatchObject({ runId: id });
    await expect(readReport(world.ports, { runId: 'run-x' })).rejects.toMatchObject({ code: 'not_found' });
    await world.objects.put(`runs/${id}/report.json`, new TextEncoder().encode('{}'));
    await expect(readReport(world.ports, { runId: id })).rejects.toMatchObject({ code: 'run_folder_invalid' });
  });

  it('deletes a run that has ended, with all that it left, and no other', async () => {
    const { id } = await world.startAndTake();
    await expect(deleteRun(world.ports, admin, { runId: id })).rejects.toMatchObject({ code: 'run_state_conflict' });
    await world.runToEnd(id);
    const other = await world.start();
    await deleteRun(world.ports, admin, { runId: id });
    await expect(readRun(world.ports, { runId: id })).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.objects.list(`runs/${id}/`)).toEqual([]);
    expect(await world.stores.taskResults.list(id)).toEqual([]);
    expect(await world.objects.list(`runs/${other.id}/`)).not.toEqual([]);
  });
});

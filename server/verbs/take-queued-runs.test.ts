import { beforeEach, describe, expect, it } from 'vitest';
import { RunWorld } from './fixtures/run-world.ts';
import { takeQueuedRun } from './take-queued-run.ts';
import { takeQueuedRuns } from './take-queued-runs.ts';

let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
});

async function phasesOf(...ids: string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await world.row(id)).phase));
}

describe('taking runs from the queue', () => {
  it('takes those that fit, counting those that were just taken and have launched nothing yet', async () => {
    const first = await world.start({ regions: { east: 1 } });
    const second = await world.start({ regions: { east: 1 } });
    const third = await world.start({ regions: { east: 1 } });
    expect(await takeQueuedRuns(world.ports)).toBe(2);
    expect(await phasesOf(first.id, second.id, third.id)).toEqual(['provisioning', 'provisioning', 'queued']);
    expect(world.driven).toEqual([first.id, second.id]);
    expect(await takeQueuedRuns(world.ports)).toBe(0);
    await world.runToEnd(first.id);
    expect(await takeQueuedRuns(world.ports)).toBe(1);
    expect(await phasesOf(third.id)).toEqual(['provisioning']);
  });

  it('lets no small run pass a large one that waits', async () => {
    await world.start({ regions: { east: 1 } });
    const large = await world.start({ regions: { east: 2 } });
    const small = await world.start({ regions: { east: 1 } });
    expect(await takeQueuedRuns(world.ports)).toBe(1);
    expect(await phasesOf(large.id, small.id)).toEqual(['queued', 'queued']);
  });

  it('counts what runs though no row tells of it', async () => {
    await world.launcher.launch({
      runId: 'run-x',
      runFolderUrl: '',
      token: 'x',
      tasks: [0, 1].map((task) => ({ region: 'west', task })),
    });
    const run = await world.start({ regions: { west: 1 } });
    expect(await takeQueuedRuns(world.ports)).toBe(0);
    world.launcher.end('run-x', { region: 'west', task: 0 }, 'exit code 0');
    expect(await takeQueuedRuns(world.ports)).toBe(1);
    expect(await phasesOf(run.id)).toEqual(['provisioning']);
  });

  it('ends a run that can never fit any more, with a report, and goes on to the next', async () => {
    const large = await world.start({ regions: { east: 2 } });
    const lost = await world.start({ regions: { west: 1 } });
    const small = await world.start({ regions: { east: 1 } });
    world.launcher.setCapacity('east', 1);
    world.launcher.setCapacity('west', null);
    expect(await takeQueuedRuns(world.ports)).toBe(1);
    expect(await phasesOf(small.id)).toEqual(['provisioning']);
    const ended = await world.runToEnd(large.id);
    expect(ended).toMatchObject({ phase: 'failed', verdict: 'none', goAtMs: null });
    expect(ended.reason).toContain('takes 1 tasks at most, and the run needs 2');
    expect((await world.runToEnd(lost.id)).reason).toContain('no region west');
    expect(world.launcher.orders).toEqual([]);
  });

  it('does away with messages of runs that are gone, were taken or cancelled before', async () => {
    await world.stores.queue.send('run-gone');
    const cancelled = await world.start();
    await world.stores.runs.update({ ...cancelled, version: 2, cancelRequestedAtMs: 1 });
    expect(await takeQueuedRuns(world.ports)).toBe(0);
    expect(await world.stores.queue.receive({ max: 10, visibilitySeconds: 1 })).toEqual([]);
    expect((await world.runToEnd(cancelled.id)).phase).toBe('cancelled');
  });

  it('comes back to a run when it dies before the row is changed', async () => {
    const run = await world.start();
    const runs = { ...world.stores.runs, update: () => Promise.reject(new Error('killed')) };
    await expect(takeQueuedRuns({ ...world.ports, runs })).rejects.toThrow('killed');
    expect(await takeQueuedRuns(world.ports)).toBe(0);
    world.clock.advance(31_000);
    expect(await takeQueuedRuns(world.ports)).toBe(1);
    expect(await phasesOf(run.id)).toEqual(['provisioning']);
  });

  it('takes a run whose message is late when one behind it is looked at', async () => {
    const first = await world.start({ regions: { east: 1 } });
    world.clock.advance(1);
    const second = await world.start({ regions: { east: 1 } });
    expect(await takeQueuedRun(world.ports, second.id)).toBe('taken');
    expect(await phasesOf(first.id, second.id)).toEqual(['provisioning', 'provisioning']);
    expect(world.driven).toEqual([first.id, second.id]);
    expect(await takeQueuedRun(world.ports, first.id)).toBe('gone');
  });

  it('lets no run pass one that waits, whichever message comes first', async () => {
    await world.startAndTake({ regions: { east: 1 } });
    world.clock.advance(1);
    const large = await world.start({ regions: { east: 2 } });
    world.clock.advance(1);
    const small = await world.start({ regions: { east: 1 } });
    expect(await takeQueuedRun(world.ports, small.id)).toBe('later');
    expect(await takeQueuedRun(world.ports, large.id)).toBe('later');
    expect(await phasesOf(large.id, small.id)).toEqual(['queued', 'queued']);
  });

  it('takes a run that the list of unfinished ones does not show yet', async () => {
    const run = await world.start();
    const runs = { ...world.stores.runs, listUnfinished: async () => [] };
    expect(await takeQueuedRun({ ...world.ports, runs }, run.id)).toBe('taken');
    expect(await takeQueuedRun(world.ports, 'run-gone')).toBe('gone');
  });
});

import { describe, expect, it } from 'vitest';
import { regionRemark } from '../../core/api/region-remark.ts';
import type { Run } from '../../core/run/run.ts';
import type { Launcher, RegionCapacity } from '../ports/launcher.ts';
import { RunWorld } from './fixtures/run-world.ts';
import { listRegions } from './list-regions.ts';
import { regionProblems, regionRemarks } from './region-problems.ts';
import { roomForRun } from './room-for-run.ts';

const vcpu = {
  perTask: 2,
  spotByDefault: false,
  onDemand: { max: 20, running: 0 },
  spot: { max: 100, running: 0 },
};
const region = (changes: Partial<RegionCapacity> = {}): RegionCapacity => ({
  region: 'eu',
  tasksMax: 50,
  tasksRunning: 0,
  vcpu,
  ...changes,
});
const launcherOf = (...regions: RegionCapacity[]) =>
  ({ launcher: { capacity: async () => regions } as unknown as Launcher }) as const;

const run = await new RunWorld().start({ regions: { east: 1 } });
const runOf = (tasks: number, changes: Partial<Run> = {}): Run => ({
  ...run,
  regions: [{ name: 'eu', tasks, share: 1 }],
  ...changes,
});
const roomOf = (wanted: Run, capacity: RegionCapacity, ...underWay: Run[]) =>
  roomForRun({ capacity: new Map([[capacity.region, capacity]]), underWay }, wanted);
const small = { taskSize: { vcpu: 0.5, memoryMb: 1024 } };
const large = { taskSize: { vcpu: 8, memoryMb: 16_384 } };

describe('room for a run where tasks have sizes', () => {
  it.each<[string, Run, RegionCapacity, object]>([
    ['by its vCPUs', runOf(10), region(), { kind: 'now' }],
    ['by its own size', runOf(40, small), region(), { kind: 'now' }],
    ['of Spot by that of Spot', runOf(40, { spot: true }), region(), { kind: 'now' }],
    ['of Spot by default', runOf(40), region({ vcpu: { ...vcpu, spotByDefault: true } }), { kind: 'now' }],
    [
      'without a limit',
      runOf(50, large),
      region({ vcpu: { ...vcpu, onDemand: { max: null, running: 0 } } }),
      { kind: 'now' },
    ],
    ['never', runOf(11), region(), { kind: 'never', reason: 'Region eu takes 20 vCPU at most, and the run needs 22.' }],
    [
      'never of Spot',
      runOf(50, { spot: true, ...large }),
      region(),
      { kind: 'never', reason: 'Region eu takes 100 vCPU of Spot at most, and the run needs 400.' },
    ],
    [
      'later, by what runs',
      runOf(5),
      region({ vcpu: { ...vcpu, onDemand: { max: 20, running: 12 } } }),
      { kind: 'later', waitingFor: 'region eu: 8 of 20 vCPU are free, it needs 10' },
    ],
    [
      'not known: it waits',
      runOf(5),
      region({ problem: 'it could not be asked what runs there: timeout' }),
      { kind: 'later', waitingFor: 'region eu: it could not be asked what runs there: timeout' },
    ],
  ])('%s', (_name, wanted, capacity, room) => {
    expect(roomOf(wanted, capacity)).toEqual(room);
  });

  it('counts what runs under way will take, each by its size and of its kind', () => {
    const taken = [runOf(2, large), runOf(40, { spot: true })];
    expect(roomOf(runOf(2), region(), ...taken)).toEqual({ kind: 'now' });
    expect(roomOf(runOf(3), region(), ...taken)).toEqual({
      kind: 'later',
      waitingFor: 'region eu: 4 of 20 vCPU are free, it needs 6',
    });
  });
});

describe('what is wrong with the regions of a plan', () => {
  const placed = { regions: [{ name: 'eu', tasks: 3 }] };

  it('names tasks that are too large', async () => {
    expect(await regionProblems(launcherOf(region()), { ...placed, ...large })).toEqual([
      { path: 'loadstar.regions.eu', message: 'the region takes 20 vCPU at most, and the run needs 24' },
    ]);
    expect(await regionProblems(launcherOf(region({ problem: 'asleep' })), placed)).toEqual([]);
  });

  it('says which settings make no difference there', async () => {
    const plain: RegionCapacity = { region: 'eu', tasksMax: 5, tasksRunning: 0 };
    expect(await regionRemarks(launcherOf(plain), { ...placed, ...small, spot: true })).toEqual([
      { path: 'loadstar.task-size', message: 'makes no difference in eu' },
      { path: 'loadstar.spot', message: 'makes no difference in eu' },
    ]);
    expect(await regionRemarks(launcherOf(region()), { ...placed, ...small, spot: true })).toEqual([]);
    expect(await regionRemarks(launcherOf(plain), { ...placed, spot: false })).toEqual([]);
  });

  it('is remarked where regions are listed', async () => {
    const { items } = await listRegions(
      launcherOf(region({ tasksRunning: 3 }), region({ region: 'us', problem: 'asleep' })),
      { kind: 'local' },
    );
    expect(items).toMatchObject([{ tasksFree: 47 }, { tasksFree: 0, problem: 'asleep' }]);
    expect(items.map(regionRemark)).toEqual(['vCPU: 0 of 20 in use; Spot: 0 of 100 in use; 2 a task', 'asleep']);
    expect(regionRemark({ problem: null, vcpu: null })).toBeNull();
  });
});

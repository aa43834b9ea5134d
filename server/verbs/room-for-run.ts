/** Whether the regions of a waiting run have room for it beside the runs under way. */
import type { Run } from '../../core/run/run.ts';
import type { RegionCapacity } from '../ports/launcher.ts';
import type { Ports } from '../ports/ports.ts';

/** `later`: what it waits for. `never`: why. Both for people. */
export type Room = { kind: 'now' } | { kind: 'later'; waitingFor: string } | { kind: 'never'; reason: string };

/** What there is, and who has it: the same for all runs that are looked at together. */
export interface Occupancy {
  capacity: ReadonlyMap<string, RegionCapacity>;
  underWay: readonly Run[];
}

/** What of a run says how much room it takes. */
export type Sized = Pick<Run, 'taskSize' | 'spot'>;

/** `unfinished`: all runs that are not in a final phase. */
export async function readOccupancy(
  { launcher }: Pick<Ports, 'launcher'>,
  unfinished: readonly Run[],
): Promise<Occupancy> {
  const capacity = new Map((await launcher.capacity()).map((region) => [region.region, region]));
  const underWay = unfinished.filter(
    ({ phase }) => phase === 'provisioning' || phase === 'running' || phase === 'cancelling',
  );
  return { capacity, underWay };
}

export function roomForRun({ capacity, underWay }: Occupancy, run: Run): Room {
  const short: string[] = [];
  for (const { name, tasks } of run.regions) {
    const region = capacity.get(name);
    if (region === undefined) return { kind: 'never', reason: `There is no region ${name} any more.` };
    const tooLarge = whyNever(region, tasks, run);
    if (tooLarge !== null) return { kind: 'never', reason: `Region ${name} takes ${tooLarge}.` };
    const missing = region.problem ?? whyNotYet(region, tasks, run, underWay);
    if (missing !== null) short.push(`region ${name}: ${missing}`);
  }
  return short.length === 0 ? { kind: 'now' } : { kind: 'later', waitingFor: short.join('; ') };
}

/** Why a region can never take so many tasks of this size, after "takes"; null when it can. */
export function whyNever(region: RegionCapacity, tasks: number, sized: Sized): string | null {
  if (tasks > region.tasksMax) return `${region.tasksMax} tasks at most, and the run needs ${tasks}`;
  const needed = vcpuNeeded(region, tasks, sized);
  const max = poolOf(region, sized)?.max ?? null;
  if (max === null || needed <= max) return null;
  return `${max} vCPU${isSpot(region, sized) ? ' of Spot' : ''} at most, and the run needs ${needed}`;
}

function whyNotYet(region: RegionCapacity, tasks: number, sized: Sized, underWay: readonly Run[]): string | null {
  const planned = underWay.flatMap((run) =>
    run.regions.filter(({ name }) => name === region.region).map((part) => ({ run, tasks: part.tasks })),
  );
  const tasksPlanned = planned.reduce((sum, part) => sum + part.tasks, 0);
  const tasksFree = free(region.tasksMax, region.tasksRunning, tasksPlanned);
  if (tasks > tasksFree) return `${tasksFree} of ${region.tasksMax} tasks are free, it needs ${tasks}`;
  const pool = poolOf(region, sized);
  if (pool === null || pool.max === null) return null;
  const samePool = planned.filter(({ run }) => isSpot(region, run) === isSpot(region, sized));
  const vcpuPlanned = samePool.reduce((sum, part) => sum + vcpuNeeded(region, part.tasks, part.run), 0);
  const vcpuFree = free(pool.max, pool.running, vcpuPlanned);
  const needed = vcpuNeeded(region, tasks, sized);
  return needed > vcpuFree ? `${vcpuFree} of ${pool.max} vCPU are free, it needs ${needed}` : null;
}

/** A run that was just taken has not launched its tasks yet, one that ends has some left: whichever counts more. */
function free(max: number, running: number, planned: number): number {
  return Math.max(0, max - Math.max(running, planned));
}

function poolOf(region: RegionCapacity, sized: Sized) {
  if (region.vcpu === undefined) return null;
  return isSpot(region, sized) ? region.vcpu.spot : region.vcpu.onDemand;
}

function isSpot({ vcpu }: RegionCapacity, { spot }: Sized): boolean {
  return spot ?? vcpu?.spotByDefault ?? false;
}

function vcpuNeeded({ vcpu }: RegionCapacity, tasks: number, { taskSize }: Sized): number {
  return tasks * (taskSize?.vcpu ?? vcpu?.perTask ?? 0);
}

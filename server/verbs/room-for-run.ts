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
    if (tasks > region.tasksMax) {
      const reason = `Region ${name} takes ${region.tasksMax} tasks at most, and the run needs ${tasks}.`;
      return { kind: 'never', reason };
    }
    const free = freeIn(region, underWay);
    if (tasks > free)
      short.push(`region ${name}: ${Math.max(0, free)} of ${region.tasksMax} tasks are free, it needs ${tasks}`);
  }
  return short.length === 0 ? { kind: 'now' } : { kind: 'later', waitingFor: short.join('; ') };
}

/** A run that was just taken has not launched its tasks yet, one that ends has some left: whichever counts more. */
function freeIn({ region, tasksMax, tasksRunning }: RegionCapacity, underWay: readonly Run[]): number {
  const planned = underWay.flatMap(({ regions }) => regions.filter(({ name }) => name === region));
  return (
    tasksMax -
    Math.max(
      tasksRunning,
      planned.reduce((sum, { tasks }) => sum + tasks, 0),
    )
  );
}

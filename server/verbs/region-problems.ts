/** Regions that can never take what is asked of them. */
import type { FieldProblem } from '../../core/errors.ts';
import type { PlannedRegion } from '../../core/plan/plan.ts';
import type { RegionCapacity } from '../ports/launcher.ts';
import type { Ports } from '../ports/ports.ts';
import { type Sized, whyNever } from './room-for-run.ts';

/** What of a plan says where its tasks run. */
export type Placed = Sized & { regions: readonly Pick<PlannedRegion, 'name' | 'tasks'>[] };

/** One for each region that there is not, or that takes fewer or smaller tasks. */
export async function regionProblems({ launcher }: Pick<Ports, 'launcher'>, placed: Placed): Promise<FieldProblem[]> {
  return problemsIn(await launcher.capacity(), placed);
}

/** The same, and what of its settings makes no difference in its regions. */
export async function regionRemarks({ launcher }: Pick<Ports, 'launcher'>, placed: Placed): Promise<FieldProblem[]> {
  const capacity = await launcher.capacity();
  const sized = new Set(capacity.filter(({ vcpu }) => vcpu !== undefined).map(({ region }) => region));
  const settings = { 'task-size': placed.taskSize !== undefined, spot: placed.spot === true };
  const known = placed.regions.filter(({ name }) => capacity.some(({ region }) => region === name) && !sized.has(name));
  const idle = Object.entries(settings).flatMap(([setting, isSet]) =>
    isSet && known.length > 0
      ? [{ path: `loadstar.${setting}`, message: `makes no difference in ${known.map(({ name }) => name).join(', ')}` }]
      : [],
  );
  return [...problemsIn(capacity, placed), ...idle];
}

function problemsIn(regions: readonly RegionCapacity[], placed: Placed): FieldProblem[] {
  const capacity = new Map(regions.map((region) => [region.region, region]));
  return placed.regions.flatMap(({ name, tasks }) => {
    const region = capacity.get(name);
    if (region === undefined) {
      const known = [...capacity.keys()].join(', ');
      return [{ path: `loadstar.regions.${name}`, message: `there is no such region; there are: ${known}` }];
    }
    if (tasks > region.tasksMax) {
      const message = `is ${tasks}; the region takes ${region.tasksMax} at most`;
      return [{ path: `loadstar.regions.${name}.tasks`, message }];
    }
    const never = whyNever(region, tasks, placed);
    return never === null ? [] : [{ path: `loadstar.regions.${name}`, message: `the region takes ${never}` }];
  });
}

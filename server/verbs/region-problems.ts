/** Regions that can never take what is asked of them. */
import type { FieldProblem } from '../../core/errors.ts';
import type { PlannedRegion } from '../../core/plan/plan.ts';
import type { Ports } from '../ports/ports.ts';

/** One for each region that there is not, or that takes fewer tasks. */
export async function regionProblems(
  { launcher }: Pick<Ports, 'launcher'>,
  regions: readonly Pick<PlannedRegion, 'name' | 'tasks'>[],
): Promise<FieldProblem[]> {
  const capacity = new Map((await launcher.capacity()).map(({ region, tasksMax }) => [region, tasksMax]));
  return regions.flatMap(({ name, tasks }) => {
    const tasksMax = capacity.get(name);
    if (tasksMax === undefined) {
      const known = [...capacity.keys()].join(', ');
      return [{ path: `loadstar.regions.${name}`, message: `there is no such region; there are: ${known}` }];
    }
    if (tasks <= tasksMax) return [];
    return [{ path: `loadstar.regions.${name}.tasks`, message: `is ${tasks}; the region takes ${tasksMax} at most` }];
  });
}

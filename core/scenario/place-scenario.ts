/** Where a scenario runs, changed from outside: `--tasks` and `--regions`. */
import { LoadstarError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Region, regionNameSchema, type Scenario } from './scenario.ts';

export interface Placement {
  /** Tasks of every region. */
  tasks?: number;
  /** Only these regions; ones that the scenario does not name are added with one task each. */
  regions?: readonly string[];
}

/**
 * The scenario with other regions and numbers of tasks. Shares of the load that were given explicitly stay; a share that was but the
 * number of tasks follows it. Throws `option_invalid`.
 */
export function placeScenario(scenario: Scenario, { tasks, regions }: Placement): Scenario {
  const names = regions ?? Object.keys(scenario.regions);
  checkPlacement(tasks, names);
  const sharesFollowTasks = Object.values(scenario.regions).every((region) => region.share === region.tasks);
  const placed = names.map((name): [string, Region] => {
    const known = Object.hasOwn(scenario.regions, name) ? scenario.regions[name] : undefined;
    const tasksOfRegion = tasks ?? known?.tasks ?? 1;
    return [name, { tasks: tasksOfRegion, share: sharesFollowTasks ? tasksOfRegion : (known?.share ?? tasksOfRegion) }];
  });
  const tasksTotal = placed.reduce((sum, [, region]) => sum + region.tasks, 0);
  if (tasksTotal > limits.tasksMax) {
    throw invalid('tasks', `${tasksTotal} tasks over ${names.length} regions are more than ${limits.tasksMax}`);
  }
  return { ...scenario, regions: Object.fromEntries(placed) };
}

function checkPlacement(tasks: number | undefined, names: readonly string[]): void {
  if (tasks !== undefined && (!Number.isInteger(tasks) || tasks < 1 || tasks > limits.tasksMax)) {
    throw invalid('tasks', `${tasks} is not a whole number from 1 to ${limits.tasksMax}`);
  }
  if (names.length < 1 || names.length > limits.regionsMax) {
    throw invalid('regions', `${names.length} regions were named; 1 to ${limits.regionsMax} are possible`);
  }
  for (const name of names) {
    if (!regionNameSchema.safeParse(name).success)
      throw invalid('regions', `${JSON.stringify(name)} is not a region's name: ${REGION_NAME}`);
    if (names.indexOf(name) !== names.lastIndexOf(name)) throw invalid('regions', `${name} is named twice`);
  }
}

/** What a region may be called, for messages. */
export const REGION_NAME = 'lower case letters, digits and dashes inside, at most 63';

function invalid(option: string, message: string): LoadstarError {
  return new LoadstarError('option_invalid', `--${option}: ${message}`, { fields: [{ path: option, message }] });
}

/** The planned tasks of a run, and the threshold that says how many of them may be lost. */
import type { PlannedRegion, TaskId } from '../plan/plan.ts';
import type { Run } from './run.ts';

/** Every task of the regions, in their order. */
export function plannedTasks(regions: readonly PlannedRegion[]): TaskId[] {
  return regions.flatMap(({ name, tasks }) => Array.from({ length: tasks }, (_, task) => ({ region: name, task })));
}

/** Where it runs. */
export function regionNames({ regions }: Pick<Run, 'regions'>): string[] {
  return regions.map(({ name }) => name);
}

/** A task's name within its run, for maps and messages: `eu-west-1/3`. */
export function taskName(id: TaskId): string {
  return `${id.region}/${id.task}`;
}

/** Whether the tasks that are not lost still reach the healthy threshold. A run without any task that delivers never does. */
export function thresholdReachable(run: Run): boolean {
  const planned = plannedCount(run);
  const healthy = planned - run.lostTasks.length;
  return healthy > 0 && healthy * 100 >= run.healthyThresholdPercent * planned;
}

/** Why the run has failed, given the tasks it lost; for people. */
export function lostTasksReason(run: Run): string {
  const first = run.lostTasks[0];
  const example = first === undefined ? '' : ` ${taskName(first)}: ${first.reason}`;
  return (
    `${run.lostTasks.length} of ${plannedCount(run)} tasks ${run.lostTasks.length === 1 ? 'was' : 'were'} lost; ` +
    `the healthy threshold asks for ${run.healthyThresholdPercent} %.${example}`
  );
}

function plannedCount(run: Run): number {
  return run.regions.reduce((sum, region) => sum + region.tasks, 0);
}

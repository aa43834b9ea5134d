/** Which task of ECS a task of a run is, or was: as long as ECS shows it, about an hour after it ended. */
import type { TaskId } from '../../../../core/plan/plan.ts';
import { type EcsRegionsOptions, openEcsRegions } from './ecs-regions.ts';
import { RunTasks } from './run-tasks.ts';

/** Null for a task that ECS knows nothing of (any more). Throws the service's error. */
export function createTaskFinder(options: EcsRegionsOptions): (runId: string, id: TaskId) => Promise<string | null> {
  const regions = openEcsRegions(options);
  return async (runId, id) => {
    const tasks = new RunTasks(runId);
    await tasks.look(await regions.all([id.region]));
    return tasks.get(id)?.arn ?? null;
  };
}

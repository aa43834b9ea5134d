/** What a launcher is told, checked before anybody is asked. */
import { LoadstarError } from '../../../../core/errors.ts';
import { limits } from '../../../../core/limits.ts';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { taskName } from '../../../../core/run/tasks.ts';
import type { LaunchOrder } from '../../../ports/launcher.ts';

/** Throws `option_invalid`. Run ids become tags and names. */
export function checkRunId(runId: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(runId)) return;
  throw new LoadstarError('option_invalid', `${JSON.stringify(runId)} cannot be the id of a run`);
}

/** The tasks of the order, each once. Throws `option_invalid`. */
export function checkOrder({ runId, tasks }: LaunchOrder): TaskId[] {
  checkRunId(runId);
  const unique = new Map<string, TaskId>();
  for (const { region, task } of tasks) {
    if (!Number.isSafeInteger(task) || task < 0 || task >= limits.tasksMax) {
      throw new LoadstarError('option_invalid', `${task} is not the number of a task`);
    }
    unique.set(taskName({ region, task }), { region, task });
  }
  return [...unique.values()];
}

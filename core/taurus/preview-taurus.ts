/** What Taurus would run as data for drawing and for people: each execution's shape, and each task's part. */
import type { Plan, TaskId } from '../plan/plan.ts';
import { taskShareOf } from './task-share.ts';
import type { TaurusPreview, TaurusTaskPreview } from './taurus-plan.ts';

/** Null: the native engine runs it. */
export function previewTaurus({ taurus }: Pick<Plan, 'taurus'>): TaurusPreview | null {
  if (taurus === null) return null;
  return {
    executions: taurus.executions.map(({ executor, scenario, script, load, shape, delaySeconds }) => {
      return { executor, scenario, script, load, shape, delaySeconds };
    }),
  };
}

/** A task's part of all executions. Throws `not_found` for a task that the plan does not have. */
export function previewTaurusTask(plan: Pick<Plan, 'regions' | 'taurus'>, id: TaskId): TaurusTaskPreview {
  const { executions } = taskShareOf(plan, id);
  const parts = executions.map(({ usersTotal, usersOf, proportion }) => {
    return { proportion, usersMax: usersTotal === null ? null : usersOf(usersTotal) };
  });
  return { ...id, executions: parts };
}

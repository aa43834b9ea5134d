/** By what tasks of ECS are known to be tasks of a run. */
import { createHash } from 'node:crypto';
import type { TaskId } from '../../../../core/plan/plan.ts';

/** Tags of tasks. */
export const taskTags = { run: 'loadstar:run', region: 'loadstar:region', task: 'loadstar:task' } as const;

interface Tag {
  key?: string | undefined;
  value?: string | undefined;
}

/** What ECS finds the tasks of a run by; at most 36 characters. */
export function startedByOf(runId: string): string {
  return `ls-${createHash('sha256').update(runId).digest('hex').slice(0, 32)}`;
}

/** ECS starts one task for it, however often it is asked to; 64 characters. */
export function clientTokenOf(runId: string, launchToken: string, { region, task }: TaskId): string {
  return createHash('sha256')
    .update(JSON.stringify([runId, launchToken, region, task]))
    .digest('hex');
}

export function tagsOf(runId: string, { region, task }: TaskId): { key: string; value: string }[] {
  return [
    { key: taskTags.run, value: runId },
    { key: taskTags.region, value: region },
    { key: taskTags.task, value: String(task) },
  ];
}

/** Null for tasks that are none of ours. */
export function readTags(tags: readonly Tag[] | undefined): (TaskId & { runId: string }) | null {
  const valueAt = (name: string) => tags?.find(({ key }) => key === name)?.value;
  const runId = valueAt(taskTags.run);
  const region = valueAt(taskTags.region);
  const task = valueAt(taskTags.task);
  if (runId === undefined || region === undefined || task === undefined || !/^\d{1,6}$/.test(task)) return null;
  return { runId, region, task: Number(task) };
}

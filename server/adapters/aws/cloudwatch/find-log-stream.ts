/**
 * Which log stream is a task's own. The task says it itself in its ready mark, which lasts as long as the run folder; of one that did not get that far, ECS knows its
 * id, for about an hour after it ended. Nothing else is kept of it.
 */
import type { TaskId } from '../../../../core/plan/plan.ts';
import { readySchema, runFolderPaths } from '../../../../core/run-folder/run-folder.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import { openRunFolder, readJson } from '../../../run-folder/run-folder.ts';
import { logStreamOf } from '../layout/live.ts';

export interface LogStreamSources {
  objects: ObjectStore;
  /** As the launcher knows it; null when it does not. */
  taskArnOf(runId: string, id: TaskId): Promise<string | null>;
  /** Of the region's task definition; null for a region that is not known. */
  containerNameOf(region: string): Promise<string | null>;
}

/** Null while the task has not been started, or when it is forgotten. */
export async function findLogStream(sources: LogStreamSources, runId: string, id: TaskId): Promise<string | null> {
  const mark = await readJson(openRunFolder(sources.objects, runId), runFolderPaths.ready(id), readySchema);
  if (mark?.logStream !== undefined) return mark.logStream;
  const [taskArn, containerName] = await Promise.all([
    sources.taskArnOf(runId, id),
    sources.containerNameOf(id.region),
  ]);
  return taskArn === null || containerName === null ? null : logStreamOf(containerName, taskArn);
}

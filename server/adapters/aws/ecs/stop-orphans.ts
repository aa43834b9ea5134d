/** Tasks that no live run has: left when a control plane died at a bad moment, or started by hand. They would run, and be paid, until they end. */
import type { Log } from '../../../ports/log.ts';
import { failureText } from './aws-failures.ts';
import type { OpenRegion } from './ecs-regions.ts';
import { describeTasks, listTasks } from './read-tasks.ts';
import { stopTask } from './stop-task.ts';
import { readTags } from './task-marks.ts';

export interface OrphanPorts {
  /** Whether there is such a run and it has not ended. */
  isLive(runId: string): Promise<boolean>;
  nowMs(): number;
  log: Log;
}

export interface StoppedOrphans {
  /** Tasks of runs that were looked at. */
  tasks: number;
  stopped: number;
  /** Regions that could not be looked at, or where a task could not be stopped. */
  regionsFailed: number;
}

/** A run may have been taken, and its tasks started, since its row was last seen by whoever reads it here. */
const AGE_MS_MIN = 10 * 60_000;
const REASON = 'No live run of Loadstar has this task.';

/** All regions, whatever becomes of each. `untilMs`: when there is no time left to stop any. */
export async function stopOrphans(
  ports: OrphanPorts,
  { regions, untilMs }: { regions: readonly OpenRegion[]; untilMs: number },
): Promise<StoppedOrphans> {
  const live = new Map<string, Promise<boolean>>();
  const isLive = (runId: string) => {
    const known = live.get(runId) ?? ports.isLive(runId);
    live.set(runId, known);
    return known;
  };
  const result: StoppedOrphans = { tasks: 0, stopped: 0, regionsFailed: 0 };
  for (const region of regions) {
    try {
      await stopIn(region, { ...ports, isLive }, untilMs, result);
    } catch (error) {
      result.regionsFailed++;
      ports.log('error', 'a region could not be cleaned of orphaned tasks', {
        region: region.name,
        error: failureText(error),
      });
    }
  }
  return result;
}

async function stopIn(
  { name, cluster }: OpenRegion,
  { isLive, nowMs, log }: OrphanPorts,
  untilMs: number,
  result: StoppedOrphans,
): Promise<void> {
  for (const { taskArn = '', tags, createdAt } of await describeTasks(cluster, await listTasks(cluster, 'RUNNING'))) {
    const id = readTags(tags);
    if (id === null) continue;
    result.tasks++;
    const isYoung = createdAt === undefined || nowMs() - createdAt.getTime() < AGE_MS_MIN;
    if (isYoung || (await isLive(id.runId))) continue;
    if (!(await stopTask(cluster, { taskArn, reason: REASON }, untilMs))) throw new Error('there was no time left');
    result.stopped++;
    log('warn', 'an orphaned task was stopped', { runId: id.runId, region: name, task: id.task, taskArn });
  }
}

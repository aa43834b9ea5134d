/** Starts tasks in their regions, all regions at once, several calls at a time in each. */
import type { TaskId } from '../../../../core/plan/plan.ts';
import { taskName } from '../../../../core/run/tasks.ts';
import type { LaunchOrder } from '../../../ports/launcher.ts';
import { failureText } from './aws-failures.ts';
import type { OpenRegion } from './ecs-regions.ts';
import { runTaskInput } from './run-task-input.ts';
import { startTask } from './start-task.ts';

/** Enough for 20 starts a second where a call takes most of a second. */
const CALLS_AT_ONCE = 16;

export interface StartedTasks {
  started: { id: TaskId; arn: string; at: OpenRegion }[];
  /** For people. */
  waitingFor: string | null;
  /** Why no task of the order can be started, ever; for people. */
  failed: string | null;
}

/** Never throws. Ends when all are started, none can be started any more, or the time is up. */
export async function startAll(
  order: LaunchOrder,
  tasks: readonly TaskId[],
  regions: ReadonlyMap<string, OpenRegion>,
  untilMs: number,
): Promise<StartedTasks> {
  const result: StartedTasks = { started: [], waitingFor: null, failed: null };
  const parts = [...regions].map(([name, region]) =>
    startIn(
      order,
      tasks.filter((id) => id.region === name),
      region,
      untilMs,
      result,
    ),
  );
  await Promise.all(parts);
  return result;
}

async function startIn(
  order: LaunchOrder,
  tasks: readonly TaskId[],
  region: OpenRegion,
  untilMs: number,
  result: StartedTasks,
): Promise<void> {
  let next = 0;
  let stopped = false;
  const worker = async () => {
    while (!stopped && result.failed === null) {
      const id = tasks[next++];
      if (id === undefined) return;
      const outcome = await startOne(order, id, region, untilMs);
      if (outcome.kind === 'started') {
        result.started.push({ id, arn: outcome.taskArn, at: region });
        continue;
      }
      stopped = true;
      if (outcome.kind === 'final') result.failed = `task ${taskName(id)} cannot be started: ${outcome.reason}`;
      if (outcome.kind === 'waiting') result.waitingFor = `region ${region.name}: ${outcome.reason}`;
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, tasks.length) }, worker));
}

async function startOne(order: LaunchOrder, id: TaskId, region: OpenRegion, untilMs: number) {
  try {
    return await startTask(region.cluster, runTaskInput(region.record, order, id), untilMs);
  } catch (error) {
    return { kind: 'final' as const, reason: failureText(error) };
  }
}

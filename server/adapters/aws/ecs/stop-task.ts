/** Has one task end. */
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { failureKind } from './aws-failures.ts';
import type { EcsCluster } from './ecs-cluster.ts';

/** False when there was no time left for it. A task that is gone is no error. Throws the service's error. */
export async function stopTask(
  { client, clusterArn, pace }: EcsCluster,
  { taskArn, reason }: { taskArn: string; reason: string },
  untilMs: number,
): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    if (!(await pace.changes.take(untilMs))) return false;
    try {
      await client.send(new StopTaskCommand({ cluster: clusterArn, task: taskArn, reason }));
      return true;
    } catch (error) {
      if (/not found|could not find/i.test((error as Error).message)) return true;
      if (failureKind(error) !== 'throttled') throw error;
      pace.changes.drain();
      if (!(await pace.backOff(attempt, untilMs))) return false;
    }
  }
}

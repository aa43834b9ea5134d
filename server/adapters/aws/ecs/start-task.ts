/** Starts one task. */
import { ConflictException, RunTaskCommand, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { failureKind, failureText, refusalKind } from './aws-failures.ts';
import type { EcsCluster } from './ecs-cluster.ts';

/** What became of it. `late`: its turn would have come after the time there was. `waiting` and `final`: see `FailureKind`. */
export type Started =
  | { kind: 'started'; taskArn: string }
  | { kind: 'late' }
  | { kind: 'waiting' | 'final'; reason: string };

/** What throttles it is waited for, until `untilMs`. Never throws. */
export async function startTask(
  { client, clusterArn, pace }: EcsCluster,
  input: Omit<RunTaskCommandInput, 'cluster'>,
  untilMs: number,
): Promise<Started> {
  for (let attempt = 0; ; attempt++) {
    if (!(await pace.launches.take(untilMs)) || !(await pace.changes.take(untilMs))) return { kind: 'late' };
    try {
      const { tasks = [], failures = [] } = await client.send(new RunTaskCommand({ ...input, cluster: clusterArn }));
      const taskArn = tasks[0]?.taskArn;
      if (taskArn !== undefined) return { kind: 'started', taskArn };
      const reason = failures.map((failure) => failure.reason ?? failure.detail ?? '').join('; ');
      return { kind: refusalKind(reason), reason: reason === '' ? 'ECS started no task and said nothing' : reason };
    } catch (error) {
      const taskArn = error instanceof ConflictException ? error.resourceIds?.[0] : undefined;
      // Started before, by a launch with another task definition or network of the region.
      if (taskArn !== undefined) return { kind: 'started', taskArn };
      const kind = failureKind(error);
      if (kind !== 'throttled') return { kind, reason: failureText(error) };
      pace.launches.drain();
      if (!(await pace.backOff(attempt, untilMs))) return { kind: 'waiting', reason: failureText(error) };
    }
  }
}

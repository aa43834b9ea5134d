/** Looks at the tasks of a region's cluster. */
import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { EcsCluster } from './ecs-cluster.ts';

const DESCRIBED_AT_ONCE_MAX = 100;

/** ARNs of tasks that are to run, or to have ended: for about an hour ECS shows these too. Throws the service's error. */
export async function listTasks(
  { client, clusterArn, pace }: EcsCluster,
  desiredStatus: 'RUNNING' | 'STOPPED',
  startedBy?: string,
): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    await pace.reads.take(Number.POSITIVE_INFINITY);
    const page = await client.send(
      new ListTasksCommand({ cluster: clusterArn, desiredStatus, startedBy, nextToken, maxResults: 100 }),
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

/** With their tags. Those that ECS knows no more are left out. Throws the service's error. */
export async function describeTasks(
  { client, clusterArn, pace }: EcsCluster,
  arns: readonly string[],
): Promise<Task[]> {
  const found: Task[] = [];
  for (let from = 0; from < arns.length; from += DESCRIBED_AT_ONCE_MAX) {
    await pace.reads.take(Number.POSITIVE_INFINITY);
    const tasks = arns.slice(from, from + DESCRIBED_AT_ONCE_MAX);
    const command = new DescribeTasksCommand({ cluster: clusterArn, tasks, include: ['TAGS'] });
    found.push(...((await client.send(command)).tasks ?? []));
  }
  return found;
}

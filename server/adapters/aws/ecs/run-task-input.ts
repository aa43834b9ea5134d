/** What RunTask is told to start one task of a run. */
import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { LoadstarError } from '../../../../core/errors.ts';
import type { TaskId } from '../../../../core/plan/plan.ts';
import type { LaunchOrder } from '../../../ports/launcher.ts';
import { taskAccessUrl } from '../../../ports/run-folder-access.ts';
import type { RegionRecord } from './region-records.ts';
import { clientTokenOf, startedByOf, tagsOf } from './task-marks.ts';

const CPU_UNITS_PER_VCPU = 1024;

/** The same for the same order: ECS takes another input under the same client token for a conflict. Throws `launch_failed`. */
export function runTaskInput(
  record: RegionRecord,
  order: LaunchOrder,
  id: TaskId,
): Omit<RunTaskCommandInput, 'cluster'> {
  const { taskSize = { vcpu: record.vcpuPerTask, memoryMb: record.memoryMbPerTask } } = order;
  const environment = Object.entries(environmentOf(order, id)).map(([name, value]) => ({ name, value }));
  return {
    taskDefinition: record.taskDefinitionArn,
    count: 1,
    clientToken: clientTokenOf(order.runId, order.token, id),
    startedBy: startedByOf(order.runId),
    tags: tagsOf(order.runId, id),
    ...((order.spot ?? record.spot)
      ? { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }
      : { launchType: 'FARGATE' as const }),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: record.subnetIds,
        securityGroups: record.securityGroupIds,
        assignPublicIp: record.assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
    overrides: {
      cpu: String(taskSize.vcpu * CPU_UNITS_PER_VCPU),
      memory: String(taskSize.memoryMb),
      containerOverrides: [{ name: record.containerName, environment }],
    },
  };
}

/** The run's token stands here, where who may look at the account's tasks can read it; secrets of scenarios never do: tasks ask for them. */
function environmentOf(
  { runId, runFolderUrl, overHttp }: LaunchOrder,
  { region, task }: TaskId,
): Record<string, string> {
  if (runFolderUrl.startsWith('s3:') && overHttp === undefined) {
    throw new LoadstarError(
      'launch_failed',
      'its tasks cannot ask for access to their run folder: the run has no token',
    );
  }
  return {
    LOADSTAR_RUN_ID: runId,
    LOADSTAR_RUN_FOLDER: runFolderUrl,
    LOADSTAR_REGION: region,
    LOADSTAR_TASK: String(task),
    ...(overHttp === undefined
      ? {}
      : {
          LOADSTAR_RUN_ACCESS_URL: taskAccessUrl(overHttp.runFolderUrl),
          LOADSTAR_RUN_TOKEN: overHttp.token,
        }),
  };
}

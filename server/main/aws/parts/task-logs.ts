import { findLogStream } from '../../../adapters/aws/cloudwatch/find-log-stream.ts';
import { createCloudWatchTaskLogs } from '../../../adapters/aws/cloudwatch/task-logs.ts';
import { createTaskFinder } from '../../../adapters/aws/ecs/find-task.ts';
import type { TaskLogs } from '../../../ports/task-logs.ts';
import { cloudWatchLogsClient } from './clients/cloudwatch-logs.ts';
import { ecsAccess } from './ecs-access.ts';
import { objects } from './objects.ts';
import { once } from './once.ts';
import { regionRecords } from './region-records.ts';

const recordOf = async (region: string) =>
  (await regionRecords().list()).find((each) => each.region === region) ?? null;

/** What tasks print. */
export const taskLogs: () => TaskLogs = once(() => {
  const taskArnOf = createTaskFinder(ecsAccess());
  return createCloudWatchTaskLogs({
    async groupOf(region) {
      const record = await recordOf(region);
      return record === null ? null : { client: cloudWatchLogsClient(region), logGroupName: record.logGroupName };
    },
    streamOf: (runId, id) =>
      findLogStream(
        {
          objects: objects(),
          taskArnOf,
          containerNameOf: async (region) => (await recordOf(region))?.containerName ?? null,
        },
        runId,
        id,
      ),
    nowMs: Date.now,
  });
});

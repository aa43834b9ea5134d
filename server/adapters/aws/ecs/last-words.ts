/** What a task logged last, from CloudWatch Logs. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { lastSaying } from '../../last-saying.ts';
import type { OpenRegion } from './ecs-regions.ts';

const EVENTS_MAX = 50;

/** Null when it logged nothing. Throws the service's error. */
export function createLastWords(logsOf: (region: string) => Pick<CloudWatchLogsClient, 'send'>) {
  return async ({ name, record }: Pick<OpenRegion, 'name' | 'record'>, taskArn: string): Promise<string | null> => {
    const taskId = taskArn.split('/').at(-1) ?? '';
    const command = new GetLogEventsCommand({
      logGroupName: record.logGroupName,
      logStreamName: `task/${record.containerName}/${taskId}`,
      limit: EVENTS_MAX,
      startFromHead: false,
    });
    const { events = [] } = await logsOf(name)
      .send(command)
      .catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return { events: [] };
        throw error;
      });
    return lastSaying(events.map(({ message = '' }) => message));
  };
}

/** What a task logged last, from CloudWatch Logs. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { lastSaying } from '../../last-saying.ts';
import { logStreamOf } from '../layout/live.ts';
import type { OpenRegion } from './ecs-regions.ts';

const EVENTS_MAX = 50;

/** Null when it logged nothing. Throws the service's error. */
export function createLastWords(logsOf: (region: string) => Pick<CloudWatchLogsClient, 'send'>) {
  return async ({ name, record }: Pick<OpenRegion, 'name' | 'record'>, taskArn: string): Promise<string | null> => {
    const command = new GetLogEventsCommand({
      logGroupName: record.logGroupName,
      logStreamName: logStreamOf(record.containerName, taskArn),
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

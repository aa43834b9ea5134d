/**
 * What tasks print, in the log group of their region. Windows are left out: they are nearly all of it, and go to who watches by themselves. Nothing is copied when a
 * run ends: an account may ask CloudWatch for so little a second that the logs of a thousand tasks would take minutes, and the group keeps them anyway, for as
 * long as the deployment says.
 */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LoadstarError } from '../../../../core/errors.ts';
import type { TaskId } from '../../../../core/plan/plan.ts';
import type { TaskLogs } from '../../../ports/task-logs.ts';
import { LogReading } from './log-reading.ts';

export interface CloudWatchTaskLogsOptions {
  /** Null for a region that is not known (any more). */
  groupOf(region: string): Promise<{ client: Pick<CloudWatchLogsClient, 'send'>; logGroupName: string } | null>;
  /** Null while the task has none, or when nobody can say any more which it was. */
  streamOf(runId: string, id: TaskId): Promise<string | null>;
  /** Epoch milliseconds. */
  nowMs(): number;
}

/** Readers that are remembered, the last ones. Each holds what CloudWatch answers at once: a megabyte. */
const READINGS_MAX = 32;

/** Throws `store_failed` when CloudWatch does not answer. */
export function createCloudWatchTaskLogs({ groupOf, streamOf, nowMs }: CloudWatchTaskLogsOptions): TaskLogs {
  const readings: { key: string; reading: LogReading }[] = [];

  async function readingAt(
    runId: string,
    id: TaskId,
    byte: number,
  ): Promise<{ key: string; reading: LogReading } | null> {
    const key = `${runId}/${id.region}/${id.task}`;
    const at = readings.findIndex((each) => each.key === key && each.reading.holds(byte));
    const [known] = at < 0 ? [] : readings.splice(at, 1);
    if (known !== undefined) {
      readings.push(known);
      return known;
    }
    const [group, logStreamName] = await Promise.all([groupOf(id.region), streamOf(runId, id)]);
    if (group === null || logStreamName === null) return null;
    const made = { key, reading: new LogReading({ ...group, logStreamName }, nowMs) };
    readings.push(made);
    if (readings.length > READINGS_MAX) readings.shift();
    return made;
  }

  return {
    async read(runId, id, fromByte, bytesMax) {
      for (;;) {
        const found = await readingAt(runId, id, fromByte);
        if (found === null) return null;
        try {
          const bytes = await found.reading.read(fromByte, bytesMax);
          if (bytes !== null) return found.reading.isEmpty ? null : bytes;
        } catch (error) {
          readings.splice(0, readings.length, ...readings.filter((each) => each !== found));
          // The stream comes with the first line, and goes when its time is over.
          if ((error as Error).name === 'ResourceNotFoundException') return null;
          const what = `the log of task ${id.region}/${id.task} of run ${runId}`;
          throw new LoadstarError('store_failed', `CloudWatch Logs did not give ${what}: ${(error as Error).message}`, {
            cause: error,
          });
        }
      }
    },
  };
}

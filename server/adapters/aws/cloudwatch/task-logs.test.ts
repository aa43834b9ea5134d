import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeWindowLine } from '../../../../core/run-folder/window-line.ts';
import { Statistics } from '../../../../core/statistics/statistics.ts';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { describeTaskLogs, type TaskLogsUnderTest } from '../../../ports/task-logs.contract.ts';
import { createMemoryObjectStore } from '../../memory/memory-object-store.ts';
import { logStreamOf, otherLinesPattern } from '../layout/live.ts';
import { findLogStream } from './find-log-stream.ts';
import { createCloudWatchTaskLogs } from './task-logs.ts';

let groups = 0;

/** A log group of its own in moto, where streams are made as the log driver does: with the first line. */
async function openGroup(endpoint: string, nowMs = () => Date.now()): Promise<TaskLogsUnderTest & { calls(): number }> {
  const logGroupName = `/loadstar/tasks-${++groups}`;
  const client = new CloudWatchLogsClient({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  const send = vi.spyOn(client, 'send');
  const streamOf = (runId: string, { region, task }: { region: string; task: number }) =>
    `task/task/${runId}-${region}-${task}`;
  let printedMs = Date.now() - 600_000;
  return {
    logs: createCloudWatchTaskLogs({
      groupOf: async (region) => (region === 'nowhere' ? null : { client, logGroupName }),
      streamOf: async (runId, id) => streamOf(runId, id),
      nowMs,
    }),
    calls: () => send.mock.calls.length,
    async print(runId, id, lines) {
      const logStreamName = streamOf(runId, id);
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(() => {});
      // Several lines of a millisecond are usual.
      const logEvents = lines.map((message, i) => ({ message, timestamp: printedMs + Math.floor(i / 7) }));
      printedMs = logEvents.at(-1)?.timestamp ?? printedMs;
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    },
    close: async () => client.destroy(),
  };
}

describe('in moto', () => {
  const moto = useEmulator('moto', startMoto);

  describeTaskLogs('CloudWatch Logs', () => {
    // Reading on at the end waits a while; here it is always over.
    let now = 0;
    return openGroup(moto.url, () => (now += 60_000));
  });

  it('the end of a log is left alone for a while, and it is begun anew only for a place that nobody is at', async () => {
    let now = 1_000_000;
    const group = await openGroup(moto.url, () => now);
    const id = { region: 'east', task: 0 };
    await group.print('run-1', id, ['one', 'two']);
    const before = group.calls();
    const read = async (byte: number) => String(Buffer.from((await group.logs.read('run-1', id, byte, 100)) ?? []));
    expect([await read(0), await read(4), await read(8), await read(8)]).toEqual(['one\ntwo\n', 'two\n', '', '']);
    expect(group.calls() - before).toBe(1);
    now += 2_000;
    await group.print('run-1', id, ['three']);
    expect(await read(8)).toBe('three\n');
    expect(await read(0)).toBe('one\ntwo\nthree\n');
    await group.close();
  });
});

describe('reading from CloudWatch Logs', () => {
  it('gives everybody what is at their place, although others read on at that moment', async () => {
    const events = ['one', 'two', 'three'].map((message, i) => ({ eventId: String(i), message, timestamp: 1_000 }));
    const logs = createCloudWatchTaskLogs({
      groupOf: async () => ({ client: { send: async () => ({ events }) }, logGroupName: 'any' }),
      streamOf: async () => 'any',
      nowMs: () => 0,
    });
    const read = async (byte: number) =>
      String(Buffer.from((await logs.read('run-1', { region: 'east', task: 0 }, byte, 100)) ?? []));
    expect(await read(0)).toBe('one\ntwo\nthree\n');
    expect(await Promise.all([read(4), read(0), read(8), read(0)])).toEqual([
      'two\nthree\n',
      'one\ntwo\nthree\n',
      'three\n',
      'one\ntwo\nthree\n',
    ]);
  });

  it('asks for nothing but what windows are not', () => {
    const [word = ''] = /[a-zA-Z]+/.exec(otherLinesPattern) ?? [];
    const empty = { id: { region: 'east', task: 0 }, seq: 0, second: 0, seconds: 1, labels: [] };
    expect(encodeWindowLine({ ...empty, total: new Statistics() })).toContain(word);
  });

  it('says so when CloudWatch does not answer', async () => {
    const client = { send: async () => Promise.reject(new Error('connect ECONNREFUSED')) };
    const logs = createCloudWatchTaskLogs({
      groupOf: async () => ({ client, logGroupName: 'any' }),
      streamOf: async () => 'any',
      nowMs: Date.now,
    });
    await expect(logs.read('run-1', { region: 'east', task: 0 }, 0, 10)).rejects.toMatchObject({
      code: 'store_failed',
    });
  });
});

describe("a task's log stream", () => {
  const id = { region: 'eu-west-1', task: 7 };
  const objects = createMemoryObjectStore();
  const ready = {
    ...id,
    workerVersion: '1',
    host: { hostname: 'h', platform: 'p', cpuModel: 'c', cpus: 1, memoryBytes: 1, nodeVersion: 'v' },
    clockOffsetMs: 0,
  };
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task/loadstar-tasks/cd189a933e5849daa93386466019ab50';
  const find = (runId: string, taskArn: string | null = arn) =>
    findLogStream({ objects, taskArnOf: async () => taskArn, containerNameOf: async () => 'task' }, runId, id);

  beforeAll(() =>
    objects.put(
      'runs/run-1/ready/eu-west-1/7.json',
      Buffer.from(JSON.stringify({ ...ready, logStream: 'task/task/own' })),
    ),
  );
  afterAll(() => objects.delete('runs/run-1/ready/eu-west-1/7.json'));

  it('is what its ready mark says, else what ECS knows', async () => {
    expect(await find('run-1')).toBe('task/task/own');
    expect(await find('run-2')).toBe('task/task/cd189a933e5849daa93386466019ab50');
    expect(await find('run-2', null)).toBeNull();
    expect(logStreamOf('worker', arn)).toBe('task/worker/cd189a933e5849daa93386466019ab50');
  });
});

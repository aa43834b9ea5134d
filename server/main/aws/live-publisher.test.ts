import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeWindowLine } from '../../../core/run-folder/window-line.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { type IotCore, startIotCore } from '../../adapters/aws/testing/iot-core.ts';

/** As CloudWatch Logs sends it. */
function eventOf(message: unknown): unknown {
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } };
}

function dataMessage(lines: string[]): unknown {
  return eventOf({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/loadstar/tasks',
    logStream: 'task/worker/cd189a933e5849daa93386466019ab50',
    subscriptionFilters: ['live'],
    logEvents: lines.map((message, i) => ({ id: String(i), timestamp: Date.now() - 3_000, message })),
  });
}

function windowLine(run: string, task: number, second: number): string {
  const total = new Statistics();
  total.requests = 5;
  for (let i = 0; i < 5; i++) total.serviceTime.record(5_000);
  const id = { region: 'us-east-1', task };
  return encodeWindowLine({ id, run, seq: second, second, seconds: 1, total, labels: [] });
}

const context = { awsRequestId: 'one', functionName: 'live', getRemainingTimeInMillis: () => 30_000 } as Context;

describe('the Lambda that publishes live data', () => {
  let iot: IotCore;
  beforeEach(async () => {
    iot = await startIotCore({ authorizerName: 'any', authorize: async () => null });
    const environment = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot.url,
      LOADSTAR_MAIN_REGION: 'eu-west-1',
      LOADSTAR_IOT_HOST: 'unused.example',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    // Clients are made once for each instance of the Lambda.
    vi.resetModules();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await iot.stop();
  });
  const invoke = async (event: unknown) => (await import('./live-publisher.ts')).handler(event, context);

  it('hands windows to IoT Core, those of a run and second in one message', async () => {
    const lines = [windowLine('run-1', 0, 7), windowLine('run-1', 1, 7), windowLine('run-2', 0, 3), '{"level":"info"}'];
    expect(await invoke(dataMessage(lines))).toEqual({ messages: 2, failed: 0, skippedLines: 1 });
    const topics = iot.published.map(({ topic }) => topic);
    expect(topics.sort()).toEqual(['runs/run-1/live/us-east-1', 'runs/run-2/live/us-east-1']);
  });

  it('does nothing when CloudWatch Logs only tries whether it is there', async () => {
    const nothing = { messages: 0, failed: 0, skippedLines: 0 };
    const logEvents = [
      { id: '', timestamp: Date.now(), message: 'CWL CONTROL MESSAGE: Checking health of destination' },
    ];
    expect(await invoke(eventOf({ messageType: 'CONTROL_MESSAGE', logEvents }))).toEqual(nothing);
    expect(iot.published).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['another event', { Records: [] }],
    ['data that is no gzip', { awslogs: { data: 'aGVsbG8=' } }],
    ['data that is no JSON', { awslogs: { data: gzipSync('{').toString('base64') } }],
    ['data without events', eventOf({ messageType: 'DATA_MESSAGE' })],
    ['data that unpacks to no end', { awslogs: { data: gzipSync(Buffer.alloc(40_000_000)).toString('base64') } }],
  ])('fails for %s', async (_name, event) => {
    await expect(invoke(event)).rejects.toMatchObject({ code: 'option_invalid' });
  });
});

/** The Lambdas about regions and the queue as they are deployed, with moto behind them: a region comes, takes a run, is cleaned up, and goes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient, RunTaskCommand } from '@aws-sdk/client-ecs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { emulatorCredentials, emulatorRegion } from '../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../tools/emulators/use-emulator.ts';
import { tagsOf } from '../../adapters/aws/ecs/task-marks.ts';
import { environmentVariables as names } from '../../adapters/aws/layout/environment.ts';
import { createTables } from '../../adapters/aws/testing/create-tables.ts';
import { makeMotoRegion } from '../../adapters/aws/testing/moto-region.ts';
import { type QuotasStandIn, startQuotasStandIn } from '../../adapters/aws/testing/quotas-stand-in.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { handler as cleanUp } from './orphan-cleanup.ts';
import { lookingLauncher } from './parts/looking-launcher.ts';
import { queue } from './parts/queue.ts';
import { regionRecords } from './parts/region-records.ts';
import { runs } from './parts/runs.ts';
import { handler as registerRegion } from './register-region.ts';
import { handler as takeRuns } from './task-runner.ts';

const context = {
  invokedFunctionArn: `arn:aws:lambda:${emulatorRegion}:123456789012:function:loadstar`,
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  getRemainingTimeInMillis: () => 60_000,
} as Context;
const ROLE = 'arn:aws:iam::123456789012:role/loadstar';

describe('the Lambdas of regions and of the run queue', () => {
  const moto = useEmulator('moto', startMoto);
  const answers: Record<string, unknown>[] = [];
  const clients: { destroy(): void }[] = [];
  let properties: Record<string, unknown>;
  let refusals = 0;
  const server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const piece of incoming.setEncoding('utf8')) text += piece;
    if (refusals-- > 0) return void outgoing.writeHead(503).end();
    answers.push({ ...JSON.parse(text), contentType: incoming.headers['content-type'] });
    outgoing.end();
  });
  let answerUrl = '';
  let quotas: QuotasStandIn;
  const clientOf = <Client extends { destroy(): void }>(Service: new (settings: object) => Client): Client => {
    const settings = {
      endpoint: moto.url,
      region: emulatorRegion,
      credentials: emulatorCredentials,
      forcePathStyle: true,
    };
    const client = new Service(settings);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    quotas = await startQuotasStandIn(null);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    answerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
    const tables = await createTables(clientOf(DynamoDBClient), 'regions');
    const bucket = 'loadstar-regions';
    await clientOf(S3Client).send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: emulatorRegion } }),
    );
    const { QueueUrl } = await clientOf(SQSClient).send(
      new CreateQueueCommand({ QueueName: 'runs.fifo', Attributes: { FifoQueue: 'true', VisibilityTimeout: '1' } }),
    );
    const definition = JSON.stringify({
      StartAt: 'wait',
      States: { wait: { Type: 'Wait', Seconds: 9_000, End: true } },
    });
    const { stateMachineArn } = await clientOf(SFNClient).send(
      new CreateStateMachineCommand({ name: 'drive', definition, roleArn: ROLE }),
    );
    const place = { motoUrl: moto.url, name: emulatorRegion, awsRegion: emulatorRegion, suffix: 'handlers' };
    const { registeredAtMs, stackId, ...record } = await makeMotoRegion({
      ...place,
      tasksMax: 2,
      stopTimeoutSeconds: 30,
    });
    // As CloudFormation hands them on.
    properties = {
      ServiceToken: 'arn:of:the:lambda',
      ...record,
      tasksMax: '2',
      assignPublicIp: 'true',
      spot: 'false',
      vcpuPerTask: '2',
      memoryMbPerTask: '4096',
    };
    const environment = {
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      AWS_ENDPOINT_URL: moto.url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: quotas.url,
      AWS_REGION: emulatorRegion,
      AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
      [names.mainRegion]: emulatorRegion,
      [names.runsTable]: tables.runs,
      [names.recordsTable]: tables.records,
      [names.bucket]: bucket,
      [names.runQueueUrl]: QueueUrl ?? '',
      [names.stateMachineArn]: stateMachineArn ?? '',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  }, 120_000);
  afterAll(async () => {
    await quotas.stop();
    for (const client of clients) client.destroy();
    server.close();
    vi.unstubAllEnvs();
  });

  const resourceEvent = (RequestType: string, changes: object = {}, of: object = {}) => ({
    RequestType,
    ResponseURL: answerUrl,
    StackId: 'stack-1',
    RequestId: 'request-1',
    LogicalResourceId: 'Region',
    ResourceType: 'Custom::LoadstarRegion',
    ResourceProperties: { ...properties, ...changes },
    ...of,
  });
  const regionsNow = async () => (await regionRecords().list()).map(({ region, tasksMax }) => `${region} ${tasksMax}`);

  it('make a region known, whatever CloudFormation makes of numbers and flags, and answer it', async () => {
    refusals = 1;
    await registerRegion(resourceEvent('Create'), context);
    expect(answers.at(-1)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: `loadstar-region-${emulatorRegion}`,
      StackId: 'stack-1',
      RequestId: 'request-1',
      LogicalResourceId: 'Region',
      contentType: '',
    });
    expect(await regionsNow()).toEqual([`${emulatorRegion} 2`]);
    await registerRegion(resourceEvent('Update', { tasksMax: '3' }), context);
    expect(await regionsNow()).toEqual([`${emulatorRegion} 3`]);
  });

  it.each([
    ['no number of tasks', { tasksMax: '' }, /tasksMax/],
    ['no network', { subnetIds: [] }, /subnetIds/],
    ['a region that is none', { region: '../eu' }, /region/],
    ['a flag that is none', { spot: 'perhaps' }, /spot/],
    ['far too much', { clusterArn: 'x'.repeat(100_000) }, /clusterArn/],
  ])('refuse %s, and keep what was there', async (_name, changes, problem) => {
    await registerRegion(resourceEvent('Update', changes), context);
    expect(answers.at(-1)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(problem) });
    expect(await regionsNow()).toEqual([`${emulatorRegion} 3`]);
  });

  it('throw for what is no event of CloudFormation', async () => {
    await expect(registerRegion({ RequestType: 'Create' }, context)).rejects.toThrow();
    await expect(registerRegion(null, context)).rejects.toThrow();
  });

  it('take a run from the queue when Fargate has room for it, and have it driven', async () => {
    const sqs = clientOf(SQSClient);
    const sfn = clientOf(SFNClient);
    const stateMachineArn = process.env[names.stateMachineArn];
    const regions = [{ name: emulatorRegion, tasks: 2, share: 2 }];
    const run = sampleRun({
      id: 'run-1',
      version: 1,
      phase: 'queued',
      regions,
      stopReason: null,
      cancelRequestedAtMs: null,
    });
    await runs().create(run);
    await queue().send('run-1');
    const eventOf = async (): Promise<SQSEvent> => {
      const command = new ReceiveMessageCommand({
        QueueUrl: process.env[names.runQueueUrl],
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        WaitTimeSeconds: 5,
      });
      const { Messages = [] } = await sqs.send(command);
      const records = Messages.map(({ Body, MessageId, ReceiptHandle, Attributes }) => ({
        body: Body,
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        attributes: Attributes,
      }));
      return { Records: records } as unknown as SQSEvent;
    };
    // The room is not known yet: the run waits.
    const first = await eventOf();
    const { batchItemFailures } = await takeRuns(first, context);
    expect(batchItemFailures).toEqual([{ itemIdentifier: first.Records[0]?.messageId }]);
    expect((await runs().get('run-1'))?.phase).toBe('queued');
    const problem = expect.stringContaining('not authorized to perform: servicequotas:GetServiceQuota');
    expect(await lookingLauncher().capacity()).toMatchObject([{ region: emulatorRegion, problem }]);

    quotas.vcpu = 6;
    expect(await takeRuns(first, context)).toEqual({ batchItemFailures: [] });
    expect((await runs().get('run-1'))?.phase).toBe('provisioning');
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toHaveLength(1);
    expect(executions[0]?.name).toContain('run-1');
    // Delivered again, it is driven already.
    expect(await takeRuns(first, context)).toEqual({ batchItemFailures: [] });
  });

  it('let tasks be whose age nobody knows', async () => {
    const ecs = clientOf(ECSClient);
    const [record] = await regionRecords().list();
    const start = (runId: string, startedBy = 'somebody') =>
      ecs.send(
        new RunTaskCommand({
          cluster: record?.clusterArn,
          taskDefinition: record?.taskDefinitionArn,
          launchType: 'FARGATE',
          startedBy,
          tags: tagsOf(runId, { region: emulatorRegion, task: 0 }),
          networkConfiguration: {
            awsvpcConfiguration: { subnets: record?.subnetIds, securityGroups: record?.securityGroupIds },
          },
        }),
      );
    await start('run-1');
    await start('run-deleted');
    // As moto does not say when a task was created; that old ones are stopped is tried where the launcher is.
    expect(await cleanUp({}, context)).toEqual({ tasks: 2, stopped: 0, regionsFailed: 0 });
  });

  it('forget a region when its own stack goes, and not when another has taken its place', async () => {
    await registerRegion(resourceEvent('Delete', {}, { StackId: 'stack-0', PhysicalResourceId: 'x' }), context);
    expect(answers.at(-1)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'x' });
    expect(await regionsNow()).toEqual([`${emulatorRegion} 3`]);
    await registerRegion(resourceEvent('Delete'), context);
    expect(await regionsNow()).toEqual([]);
    await registerRegion(resourceEvent('Delete'), context);
    expect(answers.at(-1)).toMatchObject({ Status: 'SUCCESS' });
  });
});

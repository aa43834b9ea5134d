/** That each emulator answers, and what is relied on where it is not plain. */
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { needs } from '../needs.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';
import { startElasticMq } from './elasticmq.ts';
import { emulatorCredentials, emulatorRegion, startEmulator } from './emulator.ts';
import { startMinio } from './minio.ts';
import { startMoto } from './moto.ts';
import { useEmulator } from './use-emulator.ts';

const optionsFor = (emulator: { url: string }) => ({
  endpoint: emulator.url,
  region: emulatorRegion,
  credentials: emulatorCredentials,
});

describe('moto', () => {
  const moto = useEmulator('moto', startMoto);
  it('answers', async () => {
    const identity = await new STSClient(optionsFor(moto)).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toMatch(/^\d{12}$/);
  });
});

describe('DynamoDB Local', () => {
  const dynamoDb = useEmulator('dynamodb-local', startDynamoDbLocal);
  it('answers', async () => {
    const client = new DynamoDBClient(optionsFor(dynamoDb));
    await client.send(
      new CreateTableCommand({
        TableName: 'some-table',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    );
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['some-table']);
  });
});

describe('ElasticMQ', () => {
  const elasticMq = useEmulator('elasticmq', startElasticMq);
  it('answers', async () => {
    const client = new SQSClient(optionsFor(elasticMq));
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName: 'runs.fifo', Attributes: { FifoQueue: 'true' } }),
    );
    expect(QueueUrl).toContain(elasticMq.url);
    await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'g', MessageDeduplicationId: '1' }),
    );
    expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toMatchObject([{ Body: 'x' }]);
  });
});

describe('minio', () => {
  const minio = useEmulator('minio', startMinio);
  it('answers, and makes credentials of its own', async () => {
    const client = new S3Client({ ...optionsFor(minio), forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'some-bucket' }));
    const put = new PutObjectCommand({ Bucket: 'some-bucket', Key: 'a', Body: 'x', IfNoneMatch: '*' });
    await client.send(put);
    await expect(client.send(put)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const assumed = await new STSClient(optionsFor(minio)).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/any', RoleSessionName: 'some-session' }),
    );
    expect(assumed.Credentials?.SessionToken).toBeTruthy();
  });
});

it('gets another port when its program ends at once, as when somebody took the first one', async (context) => {
  needs(context, 'moto');
  const ports: number[] = [];
  const answering = (port: number) =>
    `require('node:http').createServer((_, answer) => answer.end('here')).listen(${port}, '127.0.0.1')`;
  const emulator = await startEmulator('moto', async ({ port }) => {
    ports.push(port);
    if (ports.length === 1) return { command: 'sh', parameters: ['-c', 'echo the address is in use; exit 3'] };
    return { command: process.execPath, parameters: ['--eval', answering(port)] };
  });
  expect(await (await fetch(emulator.url)).text()).toBe('here');
  expect(emulator.url).toContain(String(ports[1]));
  await emulator.stop();
});

it('says what the program said when it does not start', async () => {
  const start = startEmulator('moto', async () => ({ command: 'sh', parameters: ['-c', 'echo no memory; exit 3'] }));
  await expect(start).rejects.toThrow(/moto (did not start|is not installed)/);
});

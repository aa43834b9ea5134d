/** Real policy evaluation: minio's, for S3 and STS. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { startMinio } from '../../../../tools/emulators/minio.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { createStsTaskAccess } from './task-access.ts';

const bucket = 'loadstar-runs';
const roleArn = 'arn:aws:iam::123456789012:role/task-access';
const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: Error) => error.name,
  );

describe('credentials of a task', () => {
  const minio = useEmulator('minio', startMinio);
  const options = () => ({ endpoint: minio.url, region: emulatorRegion, credentials: emulatorCredentials });
  const s3As = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new S3Client({ ...options(), credentials, forcePathStyle: true });

  const access = () => createStsTaskAccess({ client: new STSClient(options()), roleArn, bucket, bucketKeyArn: null });
  let control: S3Client;
  beforeAll(async () => {
    control = s3As(emulatorCredentials);
    await control.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const Key of ['runs/run-1/plan.json', 'runs/run-1/results/eu/0.xml', 'runs/run-2/plan.json', 'scenarios/a']) {
      await control.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    }
  });

  it('let in to what the task reads and writes of its run, and to nothing else', async () => {
    const { expiresAtMs, ...credentials } = await access().credentialsOf('run-1', { region: 'eu', task: 1 });
    expect(expiresAtMs - Date.now()).toBeGreaterThan(30 * 60_000);
    expect(expiresAtMs - Date.now()).toBeLessThan(65 * 60_000);
    const task = s3As(credentials);
    const read = (Key: string) => nameOf(task.send(new GetObjectCommand({ Bucket: bucket, Key })));
    const write = (Key: string) => nameOf(task.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' })));
    const list = (Prefix: string) => nameOf(task.send(new ListObjectsV2Command({ Bucket: bucket, Prefix })));

    expect(await read('runs/run-1/plan.json')).toBe('done');
    expect(await write('runs/run-1/results/eu/1.xml')).toBe('done');
    expect(await read('runs/run-1/results/eu/1.xml')).toBe('done');
    for (const path of ['ready/eu/1.json', 'series/eu/1/0.seg', 'results/eu/1.hdr', 'artifacts/eu/1/deep/er.log']) {
      expect([path, await write(`runs/run-1/${path}`)]).toEqual([path, 'done']);
    }
    expect(await list('runs/run-1/files/a.csv')).toBe('done');

    for (const key of ['runs/run-1/results/eu/0.xml', 'runs/run-2/plan.json', 'scenarios/a']) {
      expect([key, await read(key)]).toEqual([key, 'AccessDenied']);
    }
    const others = [
      'runs/run-1/plan.json',
      'runs/run-1/control.json',
      'runs/run-1/files/a.csv',
      'runs/run-1/report.json',
      'runs/run-1/results/eu/0.xml',
      'runs/run-1/results/eu/1.damaged.json',
      'runs/run-1/series/eu/10/0.seg',
      'runs/run-1/artifacts/eu/0/task.log',
      'runs/run-2/results/eu/1.xml',
      'scenarios/a',
    ];
    for (const key of others) expect([key, await write(key)]).toEqual([key, 'AccessDenied']);
    for (const prefix of ['', 'runs/', 'runs/run-2/', 'scenarios/']) {
      expect([prefix, await list(prefix)]).toEqual([prefix, 'AccessDenied']);
    }
  });

  it('are not had when STS does not answer', async () => {
    const client = new STSClient({ ...options(), endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
    const asking = createStsTaskAccess({ client, roleArn, bucket, bucketKeyArn: null }).credentialsOf('run-1', {
      region: 'eu',
      task: 1,
    });
    await expect(asking).rejects.toMatchObject({ code: 'store_failed', message: /task eu\/1 of run run-1/ });
  });
});

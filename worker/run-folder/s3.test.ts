import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { doneSchema } from '../../core/run-folder/run-folder.ts';
import { createStsTaskAccess } from '../../server/adapters/aws/sts/task-access.ts';
import { serveRunFolder } from '../../server/http/fixtures/serve-run-folder.ts';
import { emulatorCredentials, emulatorRegion } from '../../tools/emulators/emulator.ts';
import { startMinio } from '../../tools/emulators/minio.ts';
import { startMoto } from '../../tools/emulators/moto.ts';
import { useEmulator } from '../../tools/emulators/use-emulator.ts';
import { systemClock } from '../clock.ts';
import { readTaskSecrets } from '../task-secrets.ts';
import { testPlan } from '../testing/plans.ts';
import { startTask } from '../testing/task-process.ts';
import { openRunFolder } from './open.ts';
import { isTransient } from './retries.ts';
import { runFolderContract } from './run-folder.contract.ts';
import { openS3RunFolder } from './s3.ts';
import { PART_BYTES } from './s3-put.ts';

const prefix = 'runs/run-1/';
const id = { region: 'eu', task: 1 };
const roleArn = 'arn:aws:iam::123456789012:role/task-access';
let buckets = 0;

/** A folder in a bucket of its own in the emulator's S3, with the access that a real control plane gives to it. */
async function openFolder(emulator: { readonly url: string }, { clockOffsetMs = 0, secrets = {} } = {}) {
  process.env.AWS_ENDPOINT_URL_S3 = emulator.url;
  const Bucket = `loadstar-${buckets++}`;
  const options = { endpoint: emulator.url, region: emulatorRegion, credentials: emulatorCredentials };
  const control = new S3Client({ ...options, forcePathStyle: true });
  const location = { LocationConstraint: emulatorRegion } as const;
  await control.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: location }));
  const taskAccess = createStsTaskAccess({
    client: new STSClient(options),
    roleArn,
    bucket: Bucket,
    bucketKeyArn: null,
  });
  const served = await serveRunFolder({ taskAccess, clockOffsetMs, secrets });
  const place = { bucket: Bucket, prefix, region: emulatorRegion, token: served.token };
  const url = `${served.url}access`;
  const logged: unknown[] = [];
  const log = (...line: unknown[]) => void logged.push(line);
  const folder = openS3RunFolder({ ...place, url, id, clock: systemClock, log });
  return {
    ...served,
    control,
    place: { kind: 's3', ...place, accessUrl: url } as const,
    log,
    logged,
    folder,
    async put(path: string, text: string) {
      await control.send(new PutObjectCommand({ Bucket, Key: prefix + path, Body: Buffer.from(text) }));
      if (path === 'control.json') await served.put(path, text);
    },
    async get(path: string) {
      try {
        const { Body } = await control.send(new GetObjectCommand({ Bucket, Key: prefix + path }));
        return (await Body?.transformToByteArray()) ?? null;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return null;
        throw error;
      }
    },
    async close() {
      await folder.close();
      await served.server.close(0);
      delete process.env.AWS_ENDPOINT_URL_S3;
    },
  };
}

async function withFolder(
  emulator: { readonly url: string },
  options: Parameters<typeof openFolder>[1],
  test: (opened: Awaited<ReturnType<typeof openFolder>>) => Promise<void>,
): Promise<void> {
  const opened = await openFolder(emulator, options);
  try {
    await test(opened);
  } finally {
    await opened.close();
  }
}

describe('with moto', () => {
  const moto = useEmulator('moto', startMoto);
  runFolderContract("a folder in moto's S3", () => openFolder(moto));
});

describe('with minio', () => {
  const minio = useEmulator('minio', startMinio);
  runFolderContract("a folder in minio's S3", () => openFolder(minio));

  it('writes only its own objects: neither the task nor its credentials can do more', async () => {
    await withFolder(minio, {}, async ({ folder, place, log, get, put }) => {
      const confined = await openRunFolder(place, id, { clock: systemClock, log });
      await expect(confined.write('results/eu/0.xml', Buffer.from('x'))).rejects.toMatchObject({ code: 'internal' });
      for (const path of ['results/eu/0.xml', 'results/us/1.xml', 'plan.json']) {
        const writing = folder.write(path, Buffer.from('x'));
        await expect(writing).rejects.toMatchObject({ code: 'store_failed', message: /answered 403: AccessDenied/ });
        expect(isTransient(await writing.catch((error) => error))).toBe(false);
        expect(await get(path)).toBeNull();
      }
      await put('results/eu/0.xml', 'of another task');
      await expect(folder.read('results/eu/0.xml')).rejects.toThrow('403: AccessDenied');
      await confined.close();
    });
  });

  it('writes what is large in parts, and leaves none of what it gave up', async () => {
    await withFolder(minio, {}, async ({ folder, get, control, place }) => {
      const large = Buffer.alloc(2 * PART_BYTES + 12_345, 'a line of kpi.jtl\n');
      await folder.write('artifacts/eu/1/kpi.jtl', large);
      expect(Buffer.from((await get('artifacts/eu/1/kpi.jtl')) ?? []).equals(large)).toBe(true);
      await expect(folder.write('artifacts/eu/0/kpi.jtl', large)).rejects.toThrow('403');
      const { Uploads = [] } = await control.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
      expect(Uploads).toEqual([]);
    });
  });

  it('has the secrets of the run', async () => {
    await withFolder(minio, { secrets: { KEY: 'of the shop' } }, async ({ folder, place, log }) => {
      const confined = await openRunFolder(place, id, { clock: systemClock, log });
      const read = await readTaskSecrets({ folder: confined, secrets: null }, { secrets: ['KEY'] });
      expect(read).toEqual(new Map([['KEY', 'of the shop']]));
      expect(await folder.read('secrets.json')).toEqual(new TextEncoder().encode('{"KEY":"of the shop"}'));
      await confined.close();
    });
  });

  it.each([60_000, -3_600_000])('measures its clock by the control plane, off by %d ms', async (clockOffsetMs) => {
    await withFolder(minio, { clockOffsetMs }, async ({ folder, put }) => {
      await put('control.json', '{}');
      // The life of its credentials as well: they would have ended, or never end.
      await folder.write('results/eu/1.xml', Buffer.from('x'));
      expect(Math.abs((await folder.clockOffsetMs()) - clockOffsetMs)).toBeLessThan(1_000);
    });
  });

  it('is all that a task process needs, with its token', { timeout: 60_000 }, async () => {
    await withFolder(minio, {}, async ({ put, get, place, token }) => {
      const regions = [{ name: 'eu', tasks: 2, share: 1 }];
      await put('plan.json', JSON.stringify(testPlan({ regions, segmentSeconds: 1, leaseSeconds: 60 })));
      const go = { revision: 1, state: 'go', goAtMs: Date.now() + 1_000, stopReason: null };
      await put('control.json', JSON.stringify(go));
      const url = `s3://${place.bucket}/${prefix}?region=${emulatorRegion}`;
      const task = startTask(url, {
        args: ['--run-folder', url, '--region', 'eu', '--task', '1'],
        environment: {
          AWS_ENDPOINT_URL_S3: minio.url,
          LOADSTAR_RUN_ACCESS_URL: place.accessUrl,
          LOADSTAR_RUN_TOKEN: token,
        },
      });
      try {
        expect(await task.ended).toEqual({ code: 0, signal: null });
      } finally {
        await task.end();
      }
      const done = doneSchema.parse(JSON.parse(Buffer.from((await get('results/eu/1.done.json')) ?? []).toString()));
      expect(done).toMatchObject({ exit: 'completed', segments: 2, requests: 200 });
      for (const path of ['ready/eu/1.json', 'series/eu/1/1.seg', 'results/eu/1.hdr', 'results/eu/1.xml']) {
        expect([path, (await get(path)) !== null]).toEqual([path, true]);
      }
      expect(task.lines.join()).not.toContain(token);
    });
  });

  it('is closed to tasks of a run that has ended', async () => {
    await withFolder(minio, {}, async ({ folder, runs, logged, token }) => {
      const row = await runs.get('run-1');
      if (row === null) throw new Error('no run');
      await runs.update({ ...row, version: row.version + 1, phase: 'complete' });
      const reading = folder.read('plan.json');
      await expect(reading).rejects.toThrow(
        /cannot get access to the run folder: the control plane answered 409: Run run-1/,
      );
      expect(JSON.stringify(logged)).not.toContain(token);
    });
  });
});

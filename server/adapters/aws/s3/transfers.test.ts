/** Uploads and downloads by presigned URLs, as browsers use them. */
import { randomBytes } from 'node:crypto';
import { ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMinio } from '../../../../tools/emulators/minio.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import type { Download, SignedDownloads } from '../../../ports/signed-downloads.ts';
import type { SignedUploads, Upload } from '../../../ports/signed-uploads.ts';
import { createLocalUploads } from '../../../security/upload-signature.ts';
import { keyOfUpload } from '../../../uploads/upload-keys.ts';
import { createBucket } from '../testing/create-bucket.ts';
import { createS3Downloads } from './downloads.ts';
import { createS3ObjectStore } from './s3-object-store.ts';
import { createS3Uploads } from './uploads.ts';

const actor = { kind: 'user', id: 'user-ada', name: 'Ada', role: 'editor', tokenId: null } as const;
const MINUTE_MS = 60_000;

describe('on minio', () => {
  const minio = useEmulator('minio', startMinio);
  let bucket: string;
  let client: S3Client;
  let objects: ObjectStore;
  let uploads: SignedUploads;
  let downloads: SignedDownloads;
  let offsetMs: number;
  const nowMs = () => Date.now() + offsetMs;

  beforeEach(async () => {
    offsetMs = 0;
    bucket = `transfers-${randomBytes(4).toString('hex')}`;
    ({ client } = await createBucket(minio.url, bucket));
    objects = createS3ObjectStore({ client, bucket });
    const own = createLocalUploads(randomBytes(32), async () => 'https://loadstar.example');
    uploads = createS3Uploads({ client, bucket, own, nowMs });
    downloads = createS3Downloads({ client, bucket, nowMs, makingMsMax: MINUTE_MS });
  });
  afterEach(() => client.destroy());

  const upload = (to: Upload['to'], sizeBytes: number): Upload => ({
    actor,
    to,
    sizeBytes,
    expiresAtMs: Date.now() + 15 * MINUTE_MS,
  });
  const file = { kind: 'scenario-file', scenarioId: 'scenario-1', path: 'data/größe 1.csv' } as const;
  const put = async (url: string, headers: Record<string, string>, body: string) =>
    (await fetch(url, { method: 'PUT', headers, body })).status;

  it('takes just what was announced, where the control plane looks for it', async () => {
    const wanted = upload(file, 5);
    const { url, headers, method, completeUrl } = await uploads.urlOf(wanted);
    expect(method).toBe('PUT');
    for (const wrong of ['four', 'sixsix', '']) expect(await put(url, headers, wrong)).toBe(403);
    expect(await put(url, { 'content-type': 'text/html' }, 'five!')).toBe(403);
    expect(await objects.list('')).toEqual([]);
    expect(await put(url, headers, 'five!')).toBe(200);
    expect(await objects.list('')).toMatchObject([{ key: keyOfUpload(wanted), sizeBytes: 5 }]);
    const signed = completeUrl?.match(/^https:\/\/loadstar\.example\/api\/uploads\/([^/]+)\/complete$/)?.[1] ?? '';
    expect(uploads.read(signed, Date.now())).toEqual(wanted);
  });

  it('needs no completion for what a scenario will be made of, and takes it nowhere else', async () => {
    const wanted = upload({ kind: 'upload', uploadId: 'upload-1' }, 5);
    const { url, headers, completeUrl } = await uploads.urlOf(wanted);
    expect(completeUrl).toBeNull();
    expect(await put(url.replace('upload-1', 'upload-2'), headers, 'five!')).toBe(403);
    expect(await put(url, headers, 'five!')).toBe(200);
    expect(await objects.list('')).toMatchObject([{ key: keyOfUpload(wanted) }]);
  });

  it('takes nothing after its time', async () => {
    offsetMs = -20 * MINUTE_MS;
    const { url, headers } = await uploads.urlOf({ ...upload(file, 5), expiresAtMs: nowMs() + 15 * MINUTE_MS });
    expect(await put(url, headers, 'five!')).toBe(403);
  });

  const download: Download = {
    actor,
    what: { kind: 'artifacts', runId: 'run-1' },
    expiresAtMs: Date.now() + 3_600_000,
  };

  it('leads to an object, under its name and with a type that runs nothing', async () => {
    await objects.put('runs/1/artifacts/eu/0/seite „1“.html', Buffer.from('<script>1</script>'));
    const found = await objects.read('runs/1/artifacts/eu/0/seite „1“.html');
    if (found === null) throw new Error('it is not there');
    const answer = await fetch(await downloads.urlOf(download, { name: 'eu/0/seite „1“.html', ...found }));
    expect(await answer.text()).toBe('<script>1</script>');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="seite__1_.html"; filename*=UTF-8''seite%20%E2%80%9E1%E2%80%9C.html`,
    );
  });

  it('makes an object of what is none, part by part', async () => {
    const piece = randomBytes(1_000_000);
    async function* chunks() {
      for (let i = 0; i < 20; i++) yield piece;
    }
    const url = await downloads.urlOf(download, { name: 'run-1.zip', sizeBytes: 1, chunks, isSizeExact: false });
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    const body = Buffer.from(await answer.arrayBuffer());
    expect(body.length).toBe(20_000_000);
    expect(body.subarray(19_000_000).equals(piece)).toBe(true);
    expect((await objects.list('')).map(({ key }) => key)).toEqual([expect.stringMatching(/^exports\//)]);
  });

  it('leaves nothing of what takes too long, or breaks off', async () => {
    async function* slow() {
      for (let i = 0; ; i++) {
        if (i === 12) offsetMs = 2 * MINUTE_MS;
        yield Buffer.alloc(1_000_000);
      }
    }
    const content = { name: 'run-1.zip', sizeBytes: 1, isSizeExact: false };
    const tooLong = downloads.urlOf(download, { ...content, chunks: slow });
    await expect(tooLong).rejects.toMatchObject({ code: 'body_too_large' });
    async function* broken() {
      for (let i = 0; i < 12; i++) yield Buffer.alloc(1_000_000);
      throw new Error('it broke off');
    }
    await expect(downloads.urlOf(download, { ...content, chunks: broken })).rejects.toThrow('it broke off');
    expect(await objects.list('')).toEqual([]);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  });
});

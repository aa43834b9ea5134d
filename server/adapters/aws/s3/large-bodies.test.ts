/** What is too large for the API, sent and fetched as a client does, where objects lie in S3. */
import { randomBytes } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../../../../cli/client/api-client.ts';
import { createHttp } from '../../../../cli/client/http.ts';
import { limits } from '../../../../core/limits.ts';
import { startMinio } from '../../../../tools/emulators/minio.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { scenarioText, startApi, type TestApi } from '../../../http/fixtures/start-api.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import { createLocalUploads } from '../../../security/upload-signature.ts';
import { rawZip } from '../../../uploads/fixtures/raw-zip.ts';
import { RUN_ID, storeMeasuredRun } from '../../../verbs/results/fixtures/measured-run.ts';
import { createBucket } from '../testing/create-bucket.ts';
import { createS3Downloads } from './downloads.ts';
import { createS3ObjectStore } from './s3-object-store.ts';
import { createS3Uploads } from './uploads.ts';

describe('on minio', () => {
  const minio = useEmulator('minio', startMinio);
  let client: S3Client;
  let objects: ObjectStore;
  let server: TestApi;
  let api: ApiClient;

  beforeEach(async () => {
    const bucket = `bodies-${randomBytes(4).toString('hex')}`;
    ({ client } = await createBucket(minio.url, bucket));
    objects = createS3ObjectStore({ client, bucket });
    const own = createLocalUploads(randomBytes(32), () => server.server.url);
    const nowMs = Date.now;
    server = await startApi({
      app: {
        objects,
        uploads: createS3Uploads({ client, bucket, own, nowMs }),
        downloads: createS3Downloads({ client, bucket, nowMs }),
      },
    });
    api = createApiClient(createHttp({ server: server.server.url, token: server.server.token }));
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  it('takes a large file of a scenario, and gives it back', async () => {
    const id = await server.add(scenarioText());
    const body = randomBytes(limits.apiBodyBytesMax + 1);
    await api.putFile(id, 'data/größe.bin', body);
    const { files } = await api.getScenario(id);
    expect(files).toMatchObject([{ path: 'data/größe.bin', sizeBytes: body.length }]);
    const path = `/api/scenarios/${id}/files/data/größe.bin`;
    const moved = await server.server.call(path, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')?.startsWith(minio.url)]).toEqual([302, true]);
    const answer = await server.server.call(path);
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it('makes a scenario of an archive', async () => {
    const script = 'import http from "k6/http";\nexport default () => { http.get("http://127.0.0.1/"); };\n';
    const archive = rawZip([
      { name: 'load.js', content: Buffer.from(script) },
      { name: 'data.bin', content: randomBytes(6_000_000) },
    ]);
    const uploadId = await api.upload(new Blob([new Uint8Array(archive)]));
    const { id } = await api.createFromUpload({ uploadId, fileName: 'shop.zip' });
    expect((await api.getScenario(id)).files.map(({ path }) => path)).toEqual(['data.bin', 'load.js']);
    expect(await objects.list('uploads/')).toEqual([]);
  });

  it('gives a large artifact by itself, and all of them as one zip', async () => {
    await storeMeasuredRun({ ...server.stores, objects }, { seconds: 5 });
    const large = randomBytes(6_000_000);
    await objects.put(`runs/${RUN_ID}/artifacts/east/0/kpi.jtl`, large);
    await objects.put(`runs/${RUN_ID}/artifacts/east/0/task.log`, Buffer.from('a line\n'));
    const one = await server.server.call(`/api/runs/${RUN_ID}/artifacts/east/0/kpi.jtl`);
    expect(Buffer.from(await one.arrayBuffer()).equals(large)).toBe(true);
    const part = await fetch(one.url, { headers: { range: 'bytes=5999990-' } });
    expect([part.status, Buffer.from(await part.arrayBuffer()).equals(large.subarray(5_999_990))]).toEqual([206, true]);
    const asked = await server.sendJson('POST', `/api/runs/${RUN_ID}/artifact-url`, {});
    const { url } = (await asked.json()) as { url: string };
    for (const zip of [await fetch(url), await server.server.call(`/api/runs/${RUN_ID}/artifacts.zip`)]) {
      expect(zip.headers.get('content-disposition')).toContain(`filename="${RUN_ID}.zip"`);
      const bytes = Buffer.from(await zip.arrayBuffer());
      expect([bytes.subarray(0, 2).toString(), bytes.includes('task.log'), bytes.length > 6_000_000]).toEqual([
        'PK',
        true,
        true,
      ]);
    }
  });
});

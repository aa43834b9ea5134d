import { randomBytes } from 'node:crypto';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startMinio } from '../../../../tools/emulators/minio.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { objectStoreContract } from '../../../ports/object-store.contract.ts';
import { createBucket, createS3Client } from '../testing/create-bucket.ts';
import { startLosingProxy } from '../testing/losing-proxy.ts';
import { createS3ObjectStore } from './s3-object-store.ts';

describe('on minio', () => {
  const minio = useEmulator('minio', startMinio);
  let opened = 0;

  objectStoreContract('S3', async () => {
    const { client, bucket } = await createBucket(minio.url, `bucket-${++opened}`);
    return { store: createS3ObjectStore({ client, bucket }), close: async () => client.destroy() };
  });

  const open = async () => {
    const made = await createBucket(minio.url, `bucket-${++opened}`);
    return { ...made, store: createS3ObjectStore(made) };
  };
  const MB = 1_000_000;
  async function* pieces(body: Uint8Array, from = 0) {
    for (let at = from; at < body.length; at += MB) yield body.subarray(at, at + MB);
  }

  it('writes a large object in parts, on a condition too, and shows nothing of it before its end', async () => {
    const { client, bucket, store } = await open();
    const body = randomBytes(20 * MB + 1);
    async function* watched() {
      yield* pieces(body);
      expect(await store.list('')).toEqual([]);
    }
    const etag = await store.put('a/large', watched(), { ifAbsent: true });
    const found = await store.get('a/large');
    expect([found?.etag, found?.body.length, found && Buffer.compare(found.body, body)]).toEqual([
      etag,
      body.length,
      0,
    ]);
    const conflict = { code: 'conflict' };
    await expect(store.put('a/large', pieces(body), { ifAbsent: true })).rejects.toMatchObject(conflict);
    await expect(store.put('a/large', pieces(body), { ifMatch: '"another"' })).rejects.toMatchObject(conflict);
    expect((await store.get('a/large'))?.etag).toBe(etag);
    expect(await store.put('a/large', pieces(body, MB), { ifMatch: etag })).not.toBe(etag);
    // Nor is anything left of what was refused.
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
    client.destroy();
  });

  it('lists and deletes more than one answer holds', async () => {
    const { client, store } = await open();
    const keys = Array.from({ length: 1_100 }, (_, i) => `runs/1/series/${String(i).padStart(4, '0')}`);
    await Promise.all([...keys, 'runs/10/kept'].map((key) => store.put(key, Buffer.from('x'))));
    expect((await store.list('runs/1/')).map(({ key }) => key)).toEqual(keys);
    await store.deletePrefix('runs/1/');
    expect((await store.list('')).map(({ key }) => key)).toEqual(['runs/10/kept']);
    client.destroy();
  });

  describe('when the network loses answers', () => {
    const openBehind = async () => {
      const direct = await open();
      const proxy = await startLosingProxy(minio.url);
      const client = createS3Client(proxy.url);
      const store = createS3ObjectStore({ client, bucket: direct.bucket });
      const close = async () => {
        client.destroy();
        direct.client.destroy();
        await proxy.close();
      };
      return { proxy, store, direct: direct.store, close };
    };

    it('knows its own object again, and takes no other for it', async () => {
      const { proxy, store, direct, close } = await openBehind();
      proxy.loseAnswerOf(({ method }) => method === 'PUT');
      const etag = await store.put('k', Buffer.from('first'), { ifAbsent: true });
      expect((await direct.get('k'))?.etag).toBe(etag);
      proxy.loseAnswerOf(({ method }) => method === 'PUT');
      const second = await store.put('k', Buffer.from('second'), { ifMatch: etag });
      expect((await direct.get('k'))?.etag).toBe(second);
      proxy.loseAnswerOf(({ method }) => method === 'PUT');
      await expect(store.put('k', Buffer.from('third'), { ifMatch: etag })).rejects.toMatchObject({ code: 'conflict' });
      expect(proxy.lost()).toBe(3);
      await close();
    });

    it('goes on where an answer broke off', async () => {
      const { proxy, store, direct, close } = await openBehind();
      const body = randomBytes(3 * MB);
      await direct.put('k', body);
      const isRead = ({ method }: { method?: string | undefined }) => method === 'GET';
      const found = await store.read('k');
      for (let i = 0; i < 3; i++) proxy.breakAnswerOf(isRead, 500_000);
      const read: Uint8Array[] = [];
      for await (const piece of found?.chunks() ?? []) read.push(Uint8Array.from(piece));
      expect(Buffer.compare(Buffer.concat(read), body)).toBe(0);
      proxy.breakAnswerOf(isRead, 500_000);
      expect(Buffer.compare((await store.get('k'))?.body ?? Buffer.alloc(0), body)).toBe(0);
      expect(proxy.lost()).toBe(4);
      await close();
    });
  });
});

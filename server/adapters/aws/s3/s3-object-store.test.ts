import { describe } from 'vitest';
import { startMinio } from '../../../../tools/emulators/minio.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { objectStoreContract } from '../../../ports/object-store.contract.ts';
import { createBucket } from '../testing/create-bucket.ts';
import { createS3ObjectStore } from './s3-object-store.ts';

describe('on minio', () => {
  const minio = useEmulator('minio', startMinio);
  let opened = 0;

  objectStoreContract('S3', async () => {
    const { client, bucket } = await createBucket(minio.url, `bucket-${++opened}`);
    return { store: createS3ObjectStore({ client, bucket }), close: async () => client.destroy() };
  });
});

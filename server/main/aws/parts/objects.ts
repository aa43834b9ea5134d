import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createS3ObjectStore } from '../../../adapters/aws/s3/s3-object-store.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import { s3Client } from './clients/s3.ts';
import { once } from './once.ts';

/** Run folders, files of scenarios, uploads. */
export const objects: () => ObjectStore = once(() => {
  const { bucket } = readEnvironment(['bucket']);
  return createS3ObjectStore({ client: s3Client(), bucket });
});

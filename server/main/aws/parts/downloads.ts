import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createS3Downloads } from '../../../adapters/aws/s3/downloads.ts';
import type { SignedDownloads } from '../../../ports/signed-downloads.ts';
import { s3Client } from './clients/s3.ts';
import { once } from './once.ts';

/** Downloads come from the bucket. */
export const downloads: () => SignedDownloads = once(() => {
  const { bucket } = readEnvironment(['bucket']);
  return createS3Downloads({ client: s3Client(), bucket, nowMs: Date.now });
});

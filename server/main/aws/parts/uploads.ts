import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createS3Uploads } from '../../../adapters/aws/s3/uploads.ts';
import type { SignedUploads } from '../../../ports/signed-uploads.ts';
import { createLocalUploads } from '../../../security/upload-signature.ts';
import { s3Client } from './clients/s3.ts';
import { once } from './once.ts';
import { publicUrl } from './public-url.ts';
import { signingKey } from './signing-key.ts';

/** Uploads go to the bucket. */
export const uploads: () => Promise<SignedUploads> = once(async () => {
  const [key, url] = await Promise.all([signingKey(), publicUrl()]);
  const { bucket } = readEnvironment(['bucket']);
  const own = createLocalUploads(key, () => url);
  return createS3Uploads({ client: s3Client(), bucket, own, nowMs: Date.now });
});

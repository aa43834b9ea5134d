/** A bucket in an emulator. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';

export function createS3Client(url: string): S3Client {
  return new S3Client({
    endpoint: url,
    region: emulatorRegion,
    credentials: emulatorCredentials,
    // As the Lambdas' own: else presigned URLs would hold the checksum of nothing.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

/** With a client that finds it, for the emulator at that URL. */
export async function createBucket(url: string, bucket: string): Promise<{ client: S3Client; bucket: string }> {
  const client = createS3Client(url);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { client, bucket };
}

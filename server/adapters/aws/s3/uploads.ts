/**
 * Uploads that go to the bucket by presigned URLs, which allow one object of exactly the size that was said. What a scenario will be made of is then
 * where it should be; a file of a scenario is made one when the sender asks the control plane to complete it.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { SignedUploads } from '../../../ports/signed-uploads.ts';
import { keyOfUpload } from '../../../uploads/upload-keys.ts';

const TYPE = 'application/octet-stream';
/** Part of what is signed: S3 refuses another size, or another type. */
const signedHeaders = new Set(['content-length', 'content-type']);

/**
 * `own`: of the control plane, whose URLs uploads are completed by. The client must not add checksums of its own (`requestChecksumCalculation:
 * 'WHEN_REQUIRED'`): there are no bytes yet.
 */
export function createS3Uploads(options: {
  client: S3Client;
  bucket: string;
  own: SignedUploads;
  nowMs(): number;
}): SignedUploads {
  const { client, bucket, own, nowMs } = options;
  return {
    async urlOf(upload) {
      const { expiresAtMs, sizeBytes, to } = upload;
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: keyOfUpload(upload),
        ContentType: TYPE,
        ContentLength: sizeBytes,
      });
      const signedAtMs = nowMs();
      const url = await getSignedUrl(client, command, {
        expiresIn: Math.max(1, Math.floor((expiresAtMs - signedAtMs) / 1000)),
        signingDate: new Date(signedAtMs),
        signableHeaders: signedHeaders,
      });
      const { url: ownUrl, ...rest } = await own.urlOf(upload);
      return { ...rest, url, completeUrl: to.kind === 'upload' ? null : `${ownUrl}/complete` };
    },

    read: (signed, atMs) => own.read(signed, atMs),
  };
}

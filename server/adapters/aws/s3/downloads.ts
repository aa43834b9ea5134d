/**
 * Downloads from the bucket by presigned URLs. What is no object by itself, such as a zip file of artifacts, is made one first, below `exports/`,
 * while whoever wants it waits; the bucket deletes it a day later.
 */
import { randomUUID } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { LoadstarError } from '../../../../core/errors.ts';
import { downloadHeaders } from '../../../ports/download-headers.ts';
import type { DownloadContent, SignedDownloads } from '../../../ports/signed-downloads.ts';
import { objectPrefixes } from '../layout/object-keys.ts';
import { putPieces } from './put-object.ts';
import { writingFailed } from './s3-errors.ts';

/** API Gateway waits 29 s for an answer. */
const MAKING_MS_MAX = 22_000;

/** `makingMsMax`: how long it may take to make an object of what is none. */
export function createS3Downloads(options: {
  client: S3Client;
  bucket: string;
  nowMs(): number;
  makingMsMax?: number;
}): SignedDownloads {
  const { client, bucket, nowMs } = options;
  const makingMsMax = options.makingMsMax ?? MAKING_MS_MAX;

  const madeOf = async (content: DownloadContent): Promise<string> => {
    const key = `${objectPrefixes.exports}${randomUUID()}`;
    const pieces = inTime(content.chunks(), nowMs() + makingMsMax, nowMs);
    try {
      await putPieces(client, { Bucket: bucket, Key: key }, pieces);
    } catch (error) {
      throw writingFailed(key, error);
    }
    return key;
  };

  return {
    async urlOf({ expiresAtMs }, content) {
      const Key = content.key ?? (await madeOf(content));
      const { disposition, type } = downloadHeaders(content);
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key,
        ResponseContentDisposition: disposition,
        ResponseContentType: type,
      });
      const signedAtMs = nowMs();
      return getSignedUrl(client, command, {
        expiresIn: Math.max(1, Math.floor((expiresAtMs - signedAtMs) / 1000)),
        signingDate: new Date(signedAtMs),
      });
    },

    // None of its URLs lead to the control plane.
    read: () => null,
  };
}

async function* inTime(
  pieces: AsyncIterable<Uint8Array>,
  endsAtMs: number,
  nowMs: () => number,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (nowMs() > endsAtMs) {
      throw new LoadstarError(
        'body_too_large',
        'It is too much to be put together while you wait: download its parts one by one.',
      );
    }
    yield piece;
  }
}

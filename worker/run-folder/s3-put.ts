/** Writes an object to S3: small ones by one request, large ones in parts, of which each may fail and be sent again by itself. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { isTransient } from './retries.ts';
import { s3Failure } from './s3-failure.ts';

/** S3 wants at least 5 MiB, but for the last one. */
export const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const PART_TRIES = 4;
const PART_BACK_OFF_MS = 200;
/** For taking back the parts of what failed. What is left, the bucket's lifecycle removes. */
const TAKING_BACK_MS_MAX = 2_000;

export interface PutOptions {
  Bucket: string;
  Key: string;
  bytes: Uint8Array;
  abortSignal: AbortSignal;
}

/** Either all of the object is there when it resolves, or nothing of it. Throws what the SDK throws. */
export async function putObject(client: S3Client, { Bucket, Key, bytes, abortSignal }: PutOptions): Promise<void> {
  if (bytes.length <= 2 * PART_BYTES) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: bytes }), { abortSignal });
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }), { abortSignal });
  try {
    const Parts = await putParts(client, { Bucket, Key, bytes, abortSignal, UploadId });
    const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    await client.send(complete, { abortSignal });
  } catch (error) {
    // Not by the signal of before, which may be why it failed.
    const taking = { abortSignal: AbortSignal.timeout(TAKING_BACK_MS_MAX) };
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), taking).catch(() => {});
    throw error;
  }
}

type PartOptions = PutOptions & { UploadId: string | undefined };

async function putParts(client: S3Client, options: PartOptions): Promise<{ PartNumber: number; ETag?: string }[]> {
  const { bytes } = options;
  const count = Math.ceil(bytes.length / PART_BYTES);
  const parts: { PartNumber: number; ETag?: string }[] = [];
  let next = 0;
  const sendSome = async (): Promise<void> => {
    while (next < count) {
      const position = next++;
      const Body = bytes.subarray(position * PART_BYTES, (position + 1) * PART_BYTES);
      parts[position] = await putPart(client, options, { PartNumber: position + 1, Body });
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sendSome));
  return parts;
}

async function putPart(
  client: S3Client,
  { Bucket, Key, UploadId, abortSignal }: PartOptions,
  { PartNumber, Body }: { PartNumber: number; Body: Uint8Array },
): Promise<{ PartNumber: number; ETag?: string }> {
  const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
  for (let tries = 1; ; tries++) {
    try {
      const { ETag } = await client.send(command, { abortSignal });
      return { PartNumber, ...(ETag !== undefined && { ETag }) };
    } catch (error) {
      const given = { isClosed: abortSignal.aborted, isLate: false };
      if (tries === PART_TRIES || !isTransient(s3Failure('', error, given).error)) throw error;
      await delay(PART_BACK_OFF_MS * 2 ** tries, undefined, { signal: abortSignal }).catch(() => {});
    }
  }
}

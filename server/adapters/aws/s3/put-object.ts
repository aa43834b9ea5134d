/** Writing one object: at once when it is small, else in parts as its pieces come, seen as a whole when the last one is there. */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

export interface ObjectToPut {
  Bucket: string;
  Key: string;
  Metadata?: Record<string, string>;
  ContentType?: string;
}

export interface PutCondition {
  IfNoneMatch?: '*';
  IfMatch?: string;
}

/** S3's: at least 5 MiB, at most 10,000 of them. This makes 80 GB the largest object. */
const PART_BYTES = 8 * 1024 * 1024;
/** Parts on their way while the next one is collected. */
const PARTS_AT_ONCE = 3;

/** Returns the etag. */
export async function putWhole(
  client: S3Client,
  object: ObjectToPut & PutCondition,
  body: Uint8Array,
): Promise<string> {
  const { ETag } = await client.send(new PutObjectCommand({ ...object, Body: body, ContentLength: body.length }));
  return ETag ?? '';
}

/** As `putWhole`. Pieces that end with an error leave nothing behind; the error is passed on. */
export async function putPieces(
  client: S3Client,
  object: ObjectToPut & PutCondition,
  pieces: AsyncIterable<Uint8Array>,
): Promise<string> {
  const { IfMatch, IfNoneMatch, ...rest } = object;
  const condition = { ...(IfMatch !== undefined && { IfMatch }), ...(IfNoneMatch !== undefined && { IfNoneMatch }) };
  let upload: StartedUpload | null = null;
  const parts: Promise<CompletedPart>[] = [];
  try {
    for await (const { part, isLast } of partsOf(pieces)) {
      if (isLast && upload === null) return await putWhole(client, object, part);
      upload ??= await startUpload(client, rest);
      await parts.at(-PARTS_AT_ONCE);
      const sending = sendPart(client, upload, parts.length + 1, part);
      // It is waited for below; until then nobody minds its failure.
      sending.catch(() => {});
      parts.push(sending);
    }
    const MultipartUpload = { Parts: await Promise.all(parts) };
    const complete = new CompleteMultipartUploadCommand({
      ...(upload as StartedUpload),
      MultipartUpload,
      ...condition,
    });
    return (await client.send(complete)).ETag ?? '';
  } catch (error) {
    await Promise.allSettled(parts);
    // What this leaves behind the bucket removes by itself after a day.
    if (upload !== null) await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

interface StartedUpload {
  Bucket: string;
  Key: string;
  UploadId: string;
}

async function startUpload(client: S3Client, object: ObjectToPut): Promise<StartedUpload> {
  const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand(object));
  return { Bucket: object.Bucket, Key: object.Key, UploadId };
}

async function sendPart(
  client: S3Client,
  upload: StartedUpload,
  PartNumber: number,
  body: Uint8Array,
): Promise<CompletedPart> {
  const command = new UploadPartCommand({ ...upload, PartNumber, Body: body, ContentLength: body.length });
  return { PartNumber, ETag: (await client.send(command)).ETag };
}

/** The pieces, put together to parts of one size, and a last one, which may be smaller, and empty only when all is. */
async function* partsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<{ part: Uint8Array; isLast: boolean }> {
  let collected: Uint8Array[] = [];
  let bytes = 0;
  for await (let piece of pieces) {
    while (bytes + piece.length > PART_BYTES) {
      const missing = PART_BYTES - bytes;
      yield { part: Buffer.concat([...collected, piece.subarray(0, missing)], PART_BYTES), isLast: false };
      piece = piece.subarray(missing);
      collected = [];
      bytes = 0;
    }
    // A copy: who gave it may use its memory again.
    collected.push(Uint8Array.from(piece));
    bytes += piece.length;
  }
  yield { part: Buffer.concat(collected, bytes), isLast: true };
}

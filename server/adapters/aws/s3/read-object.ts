/** Reading one object as its bytes come, and going on where a connection broke. */
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LoadstarError } from '../../../../core/errors.ts';
import type { BytesPart, ReadableObject } from '../../../ports/object-store.ts';
import { isConditionFailed, isMissing, s3Failed } from './s3-errors.ts';

interface Place {
  Bucket: string;
  Key: string;
}

/** Connections that may break one after another without a byte in between. */
const FAILURES_MAX = 3;

/** Null when there is none. */
export async function openObject(client: S3Client, place: Place): Promise<ReadableObject | null> {
  try {
    const { ContentLength = 0, ETag, LastModified } = await client.send(new HeadObjectCommand(place));
    return {
      key: place.Key,
      sizeBytes: ContentLength,
      modifiedAtMs: wholeSeconds(LastModified),
      chunks: (part = { from: 0, to: ContentLength }) =>
        chunksOf(client, place, { etag: ETag, sizeBytes: ContentLength }, part),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw s3Failed(`reading ${place.Key}`, error);
  }
}

/** Null when there is none. */
export async function getObject(client: S3Client, place: Place): Promise<{ body: Uint8Array; etag: string } | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { Body, ETag = '' } = await client.send(new GetObjectCommand(place));
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(0), etag: ETag };
    } catch (error) {
      if (isMissing(error)) return null;
      // What the client tries again ends with the head of the answer; its body may break off too.
      if (attempt === FAILURES_MAX || !isBrokenOff(error)) throw s3Failed(`reading ${place.Key}`, error);
    }
  }
}

/** S3 tells times of single objects in whole seconds, those in lists too. */
export function wholeSeconds(time: Date | undefined): number {
  return Math.floor((time?.getTime() ?? 0) / 1000) * 1000;
}

async function* chunksOf(
  client: S3Client,
  place: Place,
  { etag, sizeBytes }: { etag: string | undefined; sizeBytes: number },
  { from, to }: BytesPart,
): AsyncGenerator<Uint8Array> {
  let position = from;
  const isWhole = from === 0 && to === sizeBytes;
  if (from === to && !isWhole) return;
  for (let failures = 0; ; ) {
    try {
      const Range = isWhole && position === 0 ? undefined : `bytes=${position}-${to - 1}`;
      const { Body } = await client.send(new GetObjectCommand({ ...place, Range, IfMatch: etag }));
      for await (const piece of (Body ?? []) as AsyncIterable<Uint8Array>) {
        position += piece.length;
        failures = 0;
        yield piece;
      }
      if (position >= to) return;
    } catch (error) {
      if (isMissing(error) || isConditionFailed(error)) {
        throw new LoadstarError('conflict', `${place.Key} was replaced or deleted meanwhile`, { cause: error });
      }
      if (!isBrokenOff(error)) throw s3Failed(`reading ${place.Key}`, error);
    }
    failures += 1;
    if (failures > FAILURES_MAX) throw s3Failed(`reading ${place.Key}`, new Error(`it broke off ${failures} times`));
  }
}

/** A connection that ended within an answer, rather than an answer that says no. */
function isBrokenOff(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || name === 'AbortError';
}

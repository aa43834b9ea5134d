/**
 * Objects in a bucket of S3, under the same keys as anywhere else. Reads, lists and conditions are of the newest state, as S3 promises. Listing costs
 * a request per 1,000 objects, deleting a prefix two.
 */
import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { LoadstarError } from '../../../../core/errors.ts';
import { checkObjectKey, checkObjectPrefix, checkPrefixToDelete, isObjectKey } from '../../../ports/object-key.ts';
import type { ObjectBody, ObjectInfo, ObjectStore } from '../../../ports/object-store.ts';
import { backOff } from '../back-off.ts';
import { putPieces, putWhole } from './put-object.ts';
import { getObject, openObject, wholeSeconds } from './read-object.ts';
import { isConditionContested, isConditionFailed, isMissing, s3Failed, writingFailed } from './s3-errors.ts';

type Condition = { ifAbsent: true } | { ifMatch: string };

/** By which a writer knows its own object again. */
const WRITE_ID = 'loadstar-write';

/** The client tries again what is throttled or fails in passing. Nothing is asked of the bucket before the store is used. */
export function createS3ObjectStore({ client, bucket }: { client: S3Client; bucket: string }): ObjectStore {
  const placeOf = (key: string) => {
    checkObjectKey(key);
    return { Bucket: bucket, Key: key };
  };
  return {
    read: async (key) => openObject(client, placeOf(key)),
    get: async (key) => getObject(client, placeOf(key)),

    async put(key, body, condition) {
      const place = placeOf(key);
      try {
        if (condition === undefined) return await write(client, place, body);
        return await putOnCondition(client, place, body, condition);
      } catch (error) {
        throw writingFailed(key, error);
      }
    },

    async list(prefix) {
      checkObjectPrefix(prefix);
      const infos: ObjectInfo[] = [];
      for await (const info of listed(client, bucket, prefix)) if (isObjectKey(info.key)) infos.push(info);
      return infos;
    },

    async delete(key) {
      const place = placeOf(key);
      try {
        await client.send(new DeleteObjectCommand(place));
      } catch (error) {
        throw s3Failed(`deleting ${key}`, error);
      }
    },

    async deletePrefix(prefix) {
      checkPrefixToDelete(prefix);
      let keys: string[] = [];
      for await (const { key } of listed(client, bucket, prefix)) {
        keys.push(key);
        if (keys.length < DELETED_AT_ONCE) continue;
        await deleteAll(client, bucket, keys);
        keys = [];
      }
      if (keys.length > 0) await deleteAll(client, bucket, keys);
    },
  };
}

/** S3's. */
const DELETED_AT_ONCE = 1_000;

type Place = { Bucket: string; Key: string };

function write(client: S3Client, object: Parameters<typeof putWhole>[1], body: ObjectBody): Promise<string> {
  return body instanceof Uint8Array ? putWhole(client, object, body) : putPieces(client, object, body);
}

async function putOnCondition(client: S3Client, place: Place, body: ObjectBody, condition: Condition): Promise<string> {
  const id = randomUUID();
  const headers = 'ifAbsent' in condition ? { IfNoneMatch: '*' as const } : { IfMatch: condition.ifMatch };
  for (let attempt = 1; ; attempt++) {
    try {
      return await write(client, { ...place, ...headers, Metadata: { [WRITE_ID]: id } }, body);
    } catch (error) {
      if (isConditionFailed(error) || isMissing(error)) {
        const etag = wasSentAgain(error) ? await etagOfOwn(client, place, id) : null;
        if (etag !== null) return etag;
        const why = 'ifAbsent' in condition ? 'is there already' : 'has changed since it was read, or is gone';
        throw new LoadstarError('conflict', `${place.Key} ${why}`, { cause: error });
      }
      if (!isConditionContested(error)) throw error;
      // Pieces are gone by now, and cannot be sent again.
      if (!(body instanceof Uint8Array)) {
        throw new LoadstarError('conflict', `${place.Key} is written by somebody else`, { cause: error });
      }
      await backOff(attempt, `${place.Key} is written by many at once`);
    }
  }
}

function wasSentAgain(error: unknown): boolean {
  return ((error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1) > 1;
}

/** The answer to an earlier try may have been lost, and the try not: then the object that stands in the way is our own. */
async function etagOfOwn(client: S3Client, place: Place, id: string): Promise<string | null> {
  try {
    const { ETag = '', Metadata } = await client.send(new HeadObjectCommand(place));
    return Metadata?.[WRITE_ID] === id ? ETag : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function* listed(client: S3Client, Bucket: string, Prefix: string): AsyncGenerator<ObjectInfo> {
  let ContinuationToken: string | undefined;
  do {
    const page = await client
      .send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }))
      .catch((error: unknown) => {
        throw s3Failed(`listing ${Prefix === '' ? 'the bucket' : Prefix}`, error);
      });
    for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) yield { key: Key, sizeBytes: Size, modifiedAtMs: wholeSeconds(LastModified) };
    }
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
}

async function deleteAll(client: S3Client, Bucket: string, keys: readonly string[]): Promise<void> {
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  try {
    const [failure] = (await client.send(new DeleteObjectsCommand({ Bucket, Delete }))).Errors ?? [];
    if (failure !== undefined) throw new Error(`${failure.Key}: ${failure.Code}: ${failure.Message}`);
  } catch (error) {
    throw s3Failed(`deleting ${keys.length} objects`, error);
  }
}

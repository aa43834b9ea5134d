/** What S3 refuses, in the words of the object store. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { LoadstarError } from '../../../../core/errors.ts';

export function isMissing(error: unknown): boolean {
  // A HEAD has no body that could say more than "not found".
  return error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name);
}

/** A condition does not hold: the object is there, is another one, or is gone. */
export function isConditionFailed(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    (error.name === 'PreconditionFailed' || error.$metadata.httpStatusCode === 412)
  );
}

/** Somebody else was writing the same object on a condition at that moment: who has won is not said, and it may be asked for again. */
export function isConditionContested(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'ConditionalRequestConflict';
}

/** Leaves what is one as it is. `doing`: `reading runs/1/plan.json`. */
export function s3Failed(doing: string, cause: unknown): LoadstarError {
  if (cause instanceof LoadstarError) return cause;
  const { name, message } = cause as Error;
  return new LoadstarError('store_failed', `${doing} failed: ${name}: ${message}`, { cause });
}

/** What the pieces of an object fail with is passed on as it is: only S3's own errors have metadata. */
export function writingFailed(key: string, cause: unknown): unknown {
  const isFromS3 = typeof cause === 'object' && cause !== null && '$metadata' in cause;
  return isFromS3 ? s3Failed(`writing ${key}`, cause) : cause;
}

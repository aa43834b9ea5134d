/** What went wrong with S3, as a task says it: nothing of the request is repeated, since it holds credentials. */
import { LoadstarError } from '../../core/errors.ts';
import { PassingFailure } from './retries.ts';

/** By name, as S3 and STS have them: the credentials do not count any more. */
const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'InvalidToken',
  'InvalidAccessKeyId',
]);
/** They pass, whatever their status: the SDK sets its clock by the answer, or the connection was too slow. */
const PASSING = new Set([
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'IncompleteBody',
]);

export interface S3Failure {
  error: LoadstarError;
  /** Other credentials may be taken. */
  isExpired: boolean;
}

/** `error`: of the SDK. `isClosed`, `isLate`: it was given up by us, for this reason. */
export function s3Failure(
  what: string,
  error: unknown,
  { isClosed, isLate }: { isClosed: boolean; isLate: boolean },
): S3Failure {
  const reason = (message: string, passes: boolean, isExpired = false): S3Failure => {
    const cause = passes ? new PassingFailure(message) : undefined;
    return { error: new LoadstarError('store_failed', `${what}: ${message}`, { cause }), isExpired };
  };
  if (isClosed) return reason('the run folder is closed', false);
  if (isLate) return reason('S3 does not answer in time', true);
  const status = statusOf(error);
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  if (status === null) return reason(`S3 cannot be reached (${codeOf(error) ?? name})`, true);
  const isExpired = EXPIRED.has(name);
  const passes = isExpired || PASSING.has(name) || status >= 500 || status === 429 || status === 408;
  return reason(`S3 answered ${status}: ${name}: ${message.slice(0, 500)}`, passes, isExpired);
}

/** HTTP status of the answer that the SDK made an error of; null when there was none. */
export function statusOf(error: unknown): number | null {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

function codeOf(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return null;
}

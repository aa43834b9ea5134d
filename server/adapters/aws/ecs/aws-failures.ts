/** What an error of AWS means for whoever starts tasks. */

/** throttled: too many calls. waiting: there is no room, or AWS has trouble; later there may be. final: it will not get better by itself. */
export type FailureKind = 'throttled' | 'waiting' | 'final';

const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
]);
const PASSING = new Set([
  'ServerException',
  'ServiceUnavailable',
  'InternalFailure',
  'TimeoutError',
  'NetworkingError',
]);
/** Words of reasons and messages that speak of room: of capacity, of quotas, of addresses in subnets. */
const NO_ROOM =
  /capacity is unavailable|limit on the number of|limitexceeded|exceeded.*quota|insufficient (free )?(capacity|addresses|ip)|rate exceeded|RESOURCE:/i;

export function failureKind(error: unknown): FailureKind {
  const { name = '', message = '', code = '' } = error as { name?: string; message?: string; code?: string };
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  if (THROTTLED.has(name) || status === 429 || /rate exceeded/i.test(message)) return 'throttled';
  if (PASSING.has(name) || status >= 500 || /^E[A-Z]+$/.test(code) || NO_ROOM.test(`${name} ${message}`))
    return 'waiting';
  return 'final';
}

/** For people. */
export function failureText(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return name === 'Error' || message.startsWith(name) ? message : `${name}: ${message}`;
}

/** A `failures[]` entry of RunTask. */
export function refusalKind(reason: string): 'waiting' | 'final' {
  return NO_ROOM.test(reason) ? 'waiting' : 'final';
}

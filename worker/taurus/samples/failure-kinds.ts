/** Why a sample of another tool failed, in the words of the native engine where the tool tells enough. */
import { statusFailure } from '../../native/failure.ts';

export interface FailureKind {
  type: string;
  message: string;
}

const MESSAGE_LENGTH_MAX = 300;

/** Of JMeter's exceptions, by the class that stands in the response code. */
const exceptionTypes: readonly [RegExp, string][] = [
  [/ConnectTimeoutException/, 'connect-timeout'],
  [/SocketTimeoutException|InterruptedIOException/, 'timeout'],
  [/UnknownHostException|NoRouteToHost/, 'dns'],
  [/ConnectException|HttpHostConnectException|BindException/, 'connect-refused'],
  [/SSL|Certificate/, 'tls'],
  [/NoHttpResponseException|ConnectionClosedException/, 'closed-early'],
  [/SocketException/, 'reset'],
  [/URISyntaxException|MalformedURLException|IllegalArgumentException/, 'url'],
  [/ProtocolException|ParseException|HttpException/, 'protocol'],
];

const EXCEPTION = 'Non HTTP response code: ';
const EXCEPTION_MESSAGE = 'Non HTTP response message: ';

/** A failed sample of `kpi.jtl`, as Locust's and JMeter's listeners write it. */
export function jtlFailure(code: string, message: string, assertion: string): FailureKind {
  if (message.startsWith('Number of samples in transaction : ')) {
    return { type: 'transaction', message: 'a request in it failed' };
  }
  if (code.startsWith(EXCEPTION)) {
    const name = code.slice(EXCEPTION.length);
    const type = exceptionTypes.find(([pattern]) => pattern.test(name))?.[1] ?? 'request';
    return kind(type, message.replace(EXCEPTION_MESSAGE, '') || name);
  }
  const status = /^\d{3}$/.test(code) ? Number(code) : 0;
  if (status >= 400) return statusFailure(status);
  if (assertion !== '') return kind('assertion', withoutMeasuredTime(assertion));
  if (status > 0 && message !== 'OK') return kind('assertion', message);
  return kind('script', message || code || 'it failed without a reason');
}

/** A failed request of k6. */
export function k6Failure(status: number, error: string, errorCode: number): FailureKind {
  if (status >= 400) return statusFailure(status);
  const message = error || (status > 0 ? `unexpected status ${status}` : 'it failed without a reason');
  return kind(k6Type(errorCode, status), message);
}

/** k6's own numbers of errors: https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
function k6Type(errorCode: number, status: number): string {
  if (errorCode === 1050) return 'timeout';
  if (errorCode >= 1100 && errorCode < 1200) return errorCode === 1110 || errorCode === 1111 ? 'target-refused' : 'dns';
  if (errorCode === 1211) return 'connect-timeout';
  if (errorCode === 1212) return 'connect-refused';
  if (errorCode === 1220) return 'reset';
  if (errorCode >= 1200 && errorCode < 1300) return 'connect';
  if (errorCode >= 1300 && errorCode < 1400) return 'tls';
  if (errorCode >= 1600 && errorCode < 1700) return 'protocol';
  return status > 0 ? 'http' : 'request';
}

/** Errors are counted by their message: it must not hold what differs each time. */
function withoutMeasuredTime(message: string): string {
  return message.startsWith('The operation lasted too long') ? 'The operation lasted too long' : message;
}

function kind(type: string, message: string): FailureKind {
  const oneLine = message.replaceAll(/\s+/g, ' ').trim();
  return {
    type,
    message: oneLine.length > MESSAGE_LENGTH_MAX ? `${oneLine.slice(0, MESSAGE_LENGTH_MAX)}...` : oneLine,
  };
}

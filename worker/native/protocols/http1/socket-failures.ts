/** What an error of a socket means for a request. */
import { type Failure, failure } from '../../failure.ts';
import { type ResponseFault, responseFaults } from './response-grammar.ts';

export const timedOut = failure('timeout', 'no complete response in time');
export const connectTimedOut = failure('connect-timeout', 'no connection in time');
const closedEarly = failure('closed-early', responseFaults['closed-early']);

/** Of a connection that could not be opened. `isTls`: the address answered, the handshake failed. */
export function connectFailure(code: string, isTls: boolean): Failure {
  if (isTls) return failure('tls', `the TLS handshake failed (${code})`);
  if (code === 'ECONNREFUSED') return failure('connect-refused', 'the connection was refused');
  if (code === 'ETIMEDOUT') return connectTimedOut;
  return failure('connect', `the connection could not be opened (${code})`);
}

/** Of an open connection that broke before the response was complete. */
export function brokenFailure(code: string): Failure {
  const reset = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
  if (reset) return failure('reset', 'the connection was reset before the response was complete');
  if (code === 'ETIMEDOUT') return timedOut;
  return failure(code.startsWith('ERR_SSL') ? 'tls' : 'reset', `the connection broke (${code})`);
}

export function faultFailure(fault: ResponseFault): Failure {
  return fault === 'closed-early' ? closedEarly : failure('protocol', responseFaults[fault]);
}

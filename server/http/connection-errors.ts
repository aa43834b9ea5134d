/** Answers to what never becomes a request: not HTTP, too slow, a head that is too large. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE, problemOf } from '../../core/api/problem.ts';
import { type ErrorCode, LoadstarError } from '../../core/errors.ts';
import { REQUEST_ID_HEADER } from './request-log.ts';

/** Time for the client to read the answer before the connection is broken. */
const LINGER_MS = 1_000;

const known: Record<string, [ErrorCode, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: ['request_head_too_large', 'The head of the request is too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body_too_large', 'The chunk extensions of the body are too large.'],
};

/** Ends the connection, with a problem when it can still be told (`mayAnswer`: nothing of an answer is on its way). */
export function answerConnectionError(error: NodeJS.ErrnoException, socket: Duplex, mayAnswer: boolean): void {
  // Others are of the connection or its TLS: there is nobody to tell.
  const isOfHttp = /^(HPE|ERR_HTTP)_/.test(error.code ?? '');
  if (!socket.writable || !mayAnswer || !isOfHttp) {
    socket.destroy();
    return;
  }
  const [code, message] = known[error.code ?? ''] ?? ['request_invalid', 'This is not HTTP as it should be.'];
  const { status, text, requestId } = rawProblem(new LoadstarError(code, message));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_CONTENT_TYPE}`,
    `content-length: ${Buffer.byteLength(text)}`,
    `${REQUEST_ID_HEADER}: ${requestId}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  // Breaking the connection while there is more to read would take the answer back.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** The problem of an error outside of the application, where requests have no id yet. */
export function rawProblem(error: unknown): { status: number; text: string; requestId: string } {
  const requestId = randomUUID();
  const problem = problemOf(error, requestId);
  return { status: problem.status, text: JSON.stringify(problem), requestId };
}

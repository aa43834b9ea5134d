/** Errors of talking to a server, for people: what it answered, or why there is no answer. */
import { type Problem, problemSchema } from '../../core/api/problem.ts';
import { type ErrorCode, errorTable, LoadstarError } from '../../core/errors.ts';

/** A problem that the server answered. A code that only a newer server knows is shown all the same. */
export class ApiError extends LoadstarError {
  readonly problem: Problem;
  /** Seconds after which a try makes sense again; null when it did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null = null) {
    const known = codeOf(problem);
    super(known, known === problem.code ? problem.detail : `${problem.detail} [${problem.code}]`, {
      fields: problem.fields,
    });
    this.name = 'ApiError';
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  override get hint(): string {
    if (this.problem.status === 401) return 'Log in with loadstar login URL, or set LOADSTAR_TOKEN.';
    return this.problem.hint || super.hint;
  }

  override get status(): number {
    return this.problem.status;
  }
}

function codeOf({ code, status }: Problem): ErrorCode {
  if (Object.hasOwn(errorTable, code)) return code as ErrorCode;
  if (status >= 500) return 'internal';
  return status === 404 ? 'not_found' : 'request_invalid';
}

/** The error of an answer that is no success. Whatever stands in front of a server may answer in a form of its own. */
export function errorOfAnswer(answer: Response, text: string, server: string): LoadstarError {
  const problem = readProblem(text);
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
  if (problem !== null)
    return new ApiError(problem, Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : null);
  const { status } = answer;
  if (status >= 300 && status < 400) {
    const to = answer.headers.get('location') ?? 'another address';
    return new LoadstarError('server_answer_invalid', `${server} redirects to ${to}, which is not followed.`);
  }
  if (status >= 502 && status <= 504) return unreachable(server, `it answers with status ${status}`);
  return new LoadstarError(
    'server_answer_invalid',
    `${server} answers with status ${status}, and not as Loadstar does.`,
  );
}

function readProblem(text: string): Problem | null {
  try {
    return problemSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  ECONNRESET: 'it broke the connection',
  UND_ERR_SOCKET: 'it broke the connection',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it does not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file of further ones)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file of further ones)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file of further ones)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is one of another host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: is it http:// instead of https://?',
};

/** The error of a request that got no answer. */
export function errorOfFailure(thrown: unknown, server: string): LoadstarError {
  if (thrown instanceof LoadstarError) return thrown;
  if (thrown instanceof Error && thrown.name === 'TimeoutError')
    return unreachable(server, 'it does not answer in time', thrown);
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const [first] = error instanceof AggregateError ? error.errors : [error];
    const code = (first as NodeJS.ErrnoException | undefined)?.code ?? '';
    const reason = reasons[code];
    if (reason !== undefined) return unreachable(server, reason, thrown);
  }
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  if (cause instanceof Error && cause.message === 'bad port') {
    return unreachable(server, 'HTTP clients do not use a port that belongs to another protocol', thrown);
  }
  return unreachable(server, cause instanceof Error ? cause.message : String(cause), thrown);
}

function unreachable(server: string, reason: string, cause?: unknown): LoadstarError {
  return new LoadstarError('server_unreachable', `The server ${server} cannot be reached: ${reason}.`, { cause });
}

/** Whether the same request may do better a moment later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status === 503;
  return error instanceof LoadstarError && error.code === 'server_unreachable';
}

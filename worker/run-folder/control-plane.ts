/**
 * Requests of a task to the control plane, with the token of its run. The token goes into one header of requests to that address and nowhere
 * else: not into errors, not to where a redirect leads.
 */
import { LoadstarError } from '../../core/errors.ts';
import { PassingFailure } from './retries.ts';

export interface ControlPlaneRequest {
  /** What failed if it fails, for people: `cannot read plan.json in the run folder`. */
  what: string;
  url: string;
  token: string;
  init: RequestInit;
  /** For all of it. */
  timeoutMs: number;
  /** Ends it. */
  signal: AbortSignal;
  /** An answer that says that it is larger is not read. */
  answerBytesMax: number;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** Whatever it answers. Throws `store_failed`, with a `PassingFailure` as its cause when there is no answer. */
export async function askControlPlane(request: ControlPlaneRequest): Promise<Answer> {
  const { what, url, token, init, answerBytesMax } = request;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(Math.ceil(request.timeoutMs))]);
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  try {
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal });
    if (Number(response.headers.get('content-length') ?? 0) > answerBytesMax) {
      await response.body?.cancel();
      throw new LoadstarError('store_failed', `${what}: the answer is larger than ${answerBytesMax} bytes`);
    }
    return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
  } catch (error) {
    if (error instanceof LoadstarError) throw error;
    const failure = new PassingFailure(reasonOf(error));
    throw new LoadstarError('store_failed', `${what}: ${failure.message}`, { cause: failure });
  }
}

/** Whether the answer is a problem of the API's with this code, and not what something on the way says. */
export function isProblem({ headers, body }: Answer, code: string): boolean {
  return headers.get('content-type')?.startsWith('application/problem+json') === true && problemOf(body).code === code;
}

/** What the control plane, or what stands before it, answered instead. Some of it passes by itself. */
export function refused(what: string, answer: Answer): LoadstarError {
  const { status, headers } = answer;
  const isRedirect = status >= 300 && status < 400 && status !== 304;
  const detail = isRedirect ? 'redirects are not followed' : (problemOf(answer.body).detail ?? 'no reason is given');
  const message = `the control plane answered ${status}: ${detail}`;
  const passes = status >= 500 || status === 429 || status === 408;
  const cause = passes ? new PassingFailure(message, retryAfterMsOf(headers)) : undefined;
  return new LoadstarError('store_failed', `${what}: ${message}`, { cause });
}

function problemOf(body: Uint8Array): { code: string | null; detail: string | null } {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 500) : null);
  try {
    const { code, detail } = JSON.parse(new TextDecoder().decode(body)) as { code?: unknown; detail?: unknown };
    return { code: text(code), detail: text(detail) };
  } catch {
    return { code: null, detail: null };
  }
}

function retryAfterMsOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

/** What went wrong below HTTP. */
function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return 'the control plane does not answer in time';
  if (error instanceof DOMException && error.name === 'AbortError') return 'the run folder is closed';
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : 'no connection';
  return `the control plane cannot be reached (${code})`;
}

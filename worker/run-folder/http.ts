/**
 * A run folder that the control plane serves (`https://.../api/run-folders/<runId>/`), with the run's token. The token goes into one header
 * of requests to that address and nowhere else: not into errors, not to where a redirect leads.
 */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { RUN_FOLDER_TIME_HEADER, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Clock } from '../clock.ts';
import { PassingFailure } from './retries.ts';
import type { RunFolder } from './run-folder.ts';

export interface HttpRunFolderOptions {
  /** Ends in a slash. */
  url: string;
  token: string;
  clock: Pick<Clock, 'epochMs' | 'monotonicMs'>;
  /** For a request without a large body, whole. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Slower than this a large object does not travel, and its request is given up. */
const BYTES_PER_MS_MIN = 256;
const CLOCK_PROBES = 8;
/** The control plane tells its time in whole milliseconds. */
const OFFSET_MS_MIN = 1;
const READ_BYTES_MAX = Math.max(limits.scenarioFileBytesMax, limits.taskObjectBytesMax);

interface Answer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

export function openHttpRunFolder({ url, token, clock, timeoutMs = TIMEOUT_MS }: HttpRunFolderOptions): RunFolder {
  const closed = new AbortController();
  /** `control.json` is read again and again, and rarely changes. */
  let control: { etag: string; body: Uint8Array } | null = null;

  async function request(what: string, path: string, init: RequestInit, bytes: number): Promise<Answer> {
    const signal = AbortSignal.any([
      closed.signal,
      AbortSignal.timeout(Math.ceil(timeoutMs + bytes / BYTES_PER_MS_MIN)),
    ]);
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
    try {
      const response = await fetch(urlOf(url, path), { ...init, headers, redirect: 'manual', signal });
      if (Number(response.headers.get('content-length') ?? 0) > READ_BYTES_MAX) {
        await response.body?.cancel();
        throw new LoadstarError('store_failed', `${what}: the answer is larger than ${READ_BYTES_MAX} bytes`);
      }
      return {
        status: response.status,
        headers: response.headers,
        body: new Uint8Array(await response.arrayBuffer()),
      };
    } catch (error) {
      if (error instanceof LoadstarError) throw error;
      const failure = new PassingFailure(reasonOf(error));
      throw new LoadstarError('store_failed', `${what}: ${failure.message}`, { cause: failure });
    }
  }

  async function read(path: string): Promise<Uint8Array | null> {
    const what = `cannot read ${path} in the run folder`;
    const known = path === runFolderPaths.control ? control : null;
    const headers: Record<string, string> = known === null ? {} : { 'if-none-match': known.etag };
    const bytesExpected = path.startsWith('files/') ? limits.scenarioFileBytesMax : 0;
    const answer = await request(what, path, { headers }, bytesExpected);
    if (answer.status === 304 && known !== null) return known.body;
    if (answer.status === 404 && isProblem(answer, 'not_found')) return null;
    if (answer.status !== 200) throw refused(what, answer);
    const etag = answer.headers.get('etag');
    if (path === runFolderPaths.control && etag !== null) control = { etag, body: answer.body };
    return answer.body;
  }

  return {
    read,
    async write(path, bytes) {
      const what = `cannot write ${path} in the run folder`;
      const headers = { 'content-type': 'application/octet-stream' };
      const init = { method: 'PUT', headers, body: new Uint8Array(bytes) };
      const answer = await request(what, path, init, bytes.length);
      if (answer.status !== 204) throw refused(what, answer);
    },
    async clockOffsetMs() {
      const probes: ClockProbe[] = [];
      for (let i = 0; i < CLOCK_PROBES; i++) {
        const sentAtMs = clock.epochMs();
        const beganAtMs = clock.monotonicMs();
        const what = "cannot ask for the control plane's time";
        const answer = await request(what, runFolderPaths.control, { method: 'HEAD' }, 0);
        const roundTripMs = clock.monotonicMs() - beganAtMs;
        if (answer.status !== 200) throw refused(what, answer);
        const serverMs = Number(answer.headers.get(RUN_FOLDER_TIME_HEADER) ?? Number.NaN);
        if (!Number.isFinite(serverMs)) throw new LoadstarError('store_failed', `${what}: the answer does not tell it`);
        probes.push({ sentAtMs, roundTripMs, serverMs });
      }
      return offsetOf(probes);
    },
    async close() {
      closed.abort();
    },
  };
}

export interface ClockProbe {
  /** Of this machine's clock. */
  sentAtMs: number;
  roundTripMs: number;
  /** What the control plane's clock showed in between. */
  serverMs: number;
}

/**
 * The control plane's clock minus ours: told by the probe with the shortest round trip, as if its two ways had taken equally long. Its error is
 * at most half of that round trip. 0 below what it can resolve.
 */
export function offsetOf(probes: readonly ClockProbe[]): number {
  const [first, ...others] = probes;
  if (first === undefined) return 0;
  const best = others.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a), first);
  const offsetMs = best.serverMs - (best.sentAtMs + best.roundTripMs / 2);
  return Math.abs(offsetMs) <= OFFSET_MS_MIN ? 0 : offsetMs;
}

function urlOf(folder: string, path: string): string {
  return folder + path.split('/').map(encodeURIComponent).join('/');
}

function isProblem({ headers, body }: Answer, code: string): boolean {
  return headers.get('content-type')?.startsWith('application/problem+json') === true && problemOf(body).code === code;
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

/** What the control plane, or what stands before it, answered instead. Some of it passes by itself. */
function refused(what: string, answer: Answer): LoadstarError {
  const { status, headers } = answer;
  const isRedirect = status >= 300 && status < 400 && status !== 304;
  const detail = isRedirect ? 'redirects are not followed' : (problemOf(answer.body).detail ?? 'no reason is given');
  const message = `the control plane answered ${status}: ${detail}`;
  const passes = status >= 500 || status === 429 || status === 408;
  const cause = passes ? new PassingFailure(message, retryAfterMsOf(headers)) : undefined;
  return new LoadstarError('store_failed', `${what}: ${message}`, { cause });
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

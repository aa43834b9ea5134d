/** Requests to one server: its token goes to nobody else, it may redirect downloads only, and every way to fail is an error for people. */
import type { z } from 'zod';
import { LoadstarError } from '../../core/errors.ts';
import { ApiError, errorOfAnswer, errorOfFailure } from './api-error.ts';
import type { Connection } from './connection.ts';

const ANSWER_TIMEOUT_MS = 30_000;
/** Guards against a server that is none of ours. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** A Date header has whole seconds: less than this is no difference. */
const CLOCK_DIFFERENCE_MIN_MS = 2_000;

type QueryValue = string | number | boolean | readonly string[] | null | undefined;

export interface ApiRequest {
  method?: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Null and undefined ones are left out; a list is repeated. */
  query?: Readonly<Record<string, QueryValue>>;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  body?: string | Uint8Array;
  /** What is too large for the API lies elsewhere, at a URL that the server names: gets it there. */
  isDownload?: boolean;
  /** Until the answer is there as a whole; of a stream, until it begins. */
  timeoutMs?: number;
}

export interface Http {
  server: string;
  /** An answer of success as JSON: checked, and as it came, so that nothing of it is lost. */
  json<Schema extends z.ZodType>(schema: Schema, path: string, request?: ApiRequest): Promise<z.output<Schema>>;
  /** For an answer without a body. */
  done(path: string, request: ApiRequest): Promise<void>;
  /** The body of an answer of success, piece by piece. */
  stream(path: string, request?: ApiRequest): Promise<ReadableStream<Uint8Array>>;
  /** To a URL that the server named: without the token, which is for the API only. */
  putTo(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | Blob,
    timeoutMs: number,
  ): Promise<void>;
  /** Without a body, as `putTo`. */
  postTo(url: string, timeoutMs: number): Promise<void>;
  /** The server's clock minus this one, as of its last answer. */
  clockDifferenceMs(): number;
}

/** Its calls throw `server_unreachable`, `server_answer_invalid` and what the server answers. Throws `option_invalid` for a token that can be none. */
export function createHttp({ server, token, renew }: Connection): Http {
  const ownHeaders: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (token !== null) ownHeaders.authorization = `Bearer ${checkToken(token)}`;
  let clockDifferenceMs = 0;

  async function ask(url: URL, init: RequestInit): Promise<Response> {
    const answer = await fetch(url, { ...init, redirect: 'manual' });
    const difference = Date.parse(answer.headers.get('date') ?? '') - Date.now();
    clockDifferenceMs = Math.abs(difference) >= CLOCK_DIFFERENCE_MIN_MS ? difference : 0;
    return answer;
  }
  async function send(url: URL, init: RequestInit, isDownload = false): Promise<Response> {
    const first = await ask(url, init);
    const elsewhere = isDownload ? downloadUrl(url, first) : null;
    // The URL itself allows it: the token stays here.
    const answer = elsewhere === null ? first : await ask(elsewhere, { signal: init.signal ?? null });
    if (elsewhere !== null) await first.body?.cancel();
    if (answer.ok) return answer;
    throw errorOfAnswer(answer, await readText(answer, server), server);
  }
  const failed = (error: unknown): never => {
    throw errorOfFailure(error, server);
  };
  const sendOnce = (path: string, request: ApiRequest, signal: AbortSignal) =>
    send(urlOf(server, path, request), { ...initOf(request, ownHeaders), signal }, request.isDownload);
  const sendTo = async (path: string, request: ApiRequest, signal: AbortSignal) => {
    try {
      return await sendOnce(path, request, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || renew === undefined) throw error;
      const renewed = await renew();
      if (renewed === null || ownHeaders.authorization === `Bearer ${renewed}`) throw error;
      ownHeaders.authorization = `Bearer ${checkToken(renewed)}`;
      return sendOnce(path, request, signal);
    }
  };

  const sendWithoutToken = async (url: string, init: RequestInit, timeoutMs: number) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sending = async () => readText(await send(new URL(url, `${server}/`), { ...init, signal }), server);
    await sending().catch(failed);
  };

  return {
    server,
    async json(schema, path, request = {}) {
      const signal = AbortSignal.timeout(request.timeoutMs ?? ANSWER_TIMEOUT_MS);
      const read = async () => readText(await sendTo(path, request, signal), server);
      return readJson(schema, await read().catch(failed), server);
    },
    async done(path, request) {
      const signal = AbortSignal.timeout(request.timeoutMs ?? ANSWER_TIMEOUT_MS);
      const read = async () => void (await readText(await sendTo(path, request, signal), server));
      await read().catch(failed);
    },
    async stream(path, request = {}) {
      const begun = new AbortController();
      const timer = setTimeout(
        () => begun.abort(new DOMException('', 'TimeoutError')),
        request.timeoutMs ?? ANSWER_TIMEOUT_MS,
      );
      try {
        const answer = await sendTo(path, request, begun.signal);
        return answer.body ?? new Blob([]).stream();
      } catch (error) {
        return failed(error);
      } finally {
        clearTimeout(timer);
      }
    },
    putTo: (url, headers, body, timeoutMs) =>
      sendWithoutToken(
        url,
        { method: 'PUT', headers: { ...headers }, body: body as Uint8Array<ArrayBuffer> | Blob },
        timeoutMs,
      ),
    postTo: (url, timeoutMs) => sendWithoutToken(url, { method: 'POST' }, timeoutMs),
    clockDifferenceMs: () => clockDifferenceMs,
  };
}

/** Where an answer says that the download lies; never without encryption when the server has it. */
function downloadUrl(asked: URL, { status, headers }: Response): URL | null {
  const location = headers.get('location');
  if (![302, 303, 307].includes(status) || location === null) return null;
  const url = URL.parse(location, asked.href);
  const allowed = asked.protocol === 'https:' ? ['https:'] : ['http:', 'https:'];
  return url !== null && allowed.includes(url.protocol) ? url : null;
}

/** A header cannot hold everything, and what refuses it would repeat the token. */
function checkToken(token: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  const message = 'has characters that a token cannot have, or is empty';
  throw new LoadstarError('option_invalid', 'The token is not valid.', { fields: [{ path: 'token', message }] });
}

function urlOf(server: string, path: string, { query = {} }: ApiRequest): URL {
  const url = new URL(`${server}/api${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) url.searchParams.append(name, String(one));
  }
  return url;
}

function initOf({ method = 'GET', headers, json, body }: ApiRequest, ownHeaders: Record<string, string>): RequestInit {
  const init = { method, headers: { ...ownHeaders, ...headers } };
  if (json !== undefined) {
    return { ...init, headers: { ...init.headers, 'content-type': 'application/json' }, body: JSON.stringify(json) };
  }
  return body === undefined ? init : { ...init, body: body as string | Uint8Array<ArrayBuffer> };
}

async function readText(answer: Response, server: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) {
      throw new LoadstarError('server_answer_invalid', `${server} answers with more than ${ANSWER_BYTES_MAX} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readJson<Schema extends z.ZodType>(schema: Schema, text: string, server: string): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LoadstarError('server_answer_invalid', `${server} does not answer with JSON.`);
  }
  const read = schema.safeParse(value);
  if (read.success) return value as z.output<Schema>;
  const fields = read.error.issues.slice(0, 5).map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new LoadstarError('server_answer_invalid', `${server} does not answer as expected.`, { fields });
}

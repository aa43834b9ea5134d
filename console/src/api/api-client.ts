/** Speaks with the API: tokens, problems, versions. Types come from `core/api/`. */
import type { SignIn } from '../session/sign-in.ts';
import { ApiProblem, NoAnswer } from './api-problem.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

export interface Answer<Body> {
  body: Body;
  /** The version to send with a change. */
  etag: string | null;
}

export interface SendOptions {
  query?: Query;
  /** Sent as JSON, unless it is a text or a blob. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface ApiClient {
  /** The body of the answer. Throws `ApiProblem`. */
  get<Body>(path: string, query?: Query, signal?: AbortSignal): Promise<Body>;
  /** Throws `ApiProblem`. */
  send<Body>(method: string, path: string, options?: SendOptions): Promise<Answer<Body>>;
  /** The answer as it is, its body unread: for downloads and logs. Throws `ApiProblem`. */
  fetch(method: string, path: string, options?: SendOptions): Promise<Response>;
  /** Of what the API answers as relative to itself. */
  absoluteUrl(relative: string): string;
}

/** `apiUrl`: of the API, `/api` included; `path`: below it, such as `/runs`. `onSignedOut`: nobody is signed in any more. */
export function createApiClient(apiUrl: string, signIn: SignIn, onSignedOut: () => void): ApiClient {
  async function request(method: string, path: string, options: SendOptions = {}): Promise<Response> {
    const token = await signIn.accessToken();
    if (token === null) {
      onSignedOut();
      throw new ApiProblem(401, { code: 'unauthenticated', detail: 'Your session has ended.', hint: 'Sign in again.' });
    }
    const headers = new Headers(options.headers);
    headers.set('authorization', `Bearer ${token}`);
    const body = bodyOf(options.body, headers);
    const { signal } = options;
    const response = await fetch(`${apiUrl}${path}${queryText(options.query)}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      // What `fetch` throws when there is no answer; being called off is something else.
      throw error instanceof TypeError ? new NoAnswer(error) : error;
    });
    if (response.status === 401) onSignedOut();
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  return {
    fetch: request,
    absoluteUrl: (relative) => new URL(relative, new URL(apiUrl, location.href)).href,
    async get<Body>(path: string, query?: Query, signal?: AbortSignal) {
      const response = await request('GET', path, { ...(query && { query }), ...(signal && { signal }) });
      return (await response.json()) as Body;
    },
    async send<Body>(method: string, path: string, options?: SendOptions) {
      const response = await request(method, path, options);
      const text = await response.text();
      return { body: (text === '' ? undefined : JSON.parse(text)) as Body, etag: response.headers.get('etag') };
    },
  };
}

function bodyOf(body: unknown, headers: Headers): BodyInit | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof Blob) return body;
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return JSON.stringify(body);
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const told = isProblem ? ((await response.json()) as ConstructorParameters<typeof ApiProblem>[1]) : {};
  return new ApiProblem(response.status, told);
}

/**
 * Requests as API Gateway (REST, Lambda proxy integration) hands them over, and answers as it takes them. Paths come percent-encoded, as they were
 * sent; parameters of the query come decoded. All media types must be binary ones there (`*` `/` `*`): then bodies go both ways in base64, which costs a
 * third more whatever they hold, while text in JSON may double.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { LoadstarError } from '../../../../core/errors.ts';

/** What Lambda takes of an answer, less what headers may be. */
const ANSWER_BYTES_MAX = 6 * 1024 * 1024 - 64 * 1024;

export type ProxyEvent = Pick<
  APIGatewayProxyEvent,
  | 'httpMethod'
  | 'path'
  | 'headers'
  | 'multiValueHeaders'
  | 'multiValueQueryStringParameters'
  | 'queryStringParameters'
  | 'body'
  | 'isBase64Encoded'
>;

/** Throws `request_invalid` for what is no request. */
export function requestOf(event: ProxyEvent): Request {
  const { httpMethod: method, path } = event;
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new LoadstarError('request_invalid', 'The path of the request does not begin with a slash.');
  }
  try {
    const headers = headersOf(event);
    const host = headers.get('host') ?? 'localhost';
    const url = new URL(`https://${host}${path}`);
    url.search = queryOf(event);
    const body = bodyOf(event);
    if (body === null || method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
    // What says how long it is, is so long.
    headers.set('content-length', String(body.length));
    headers.delete('transfer-encoding');
    return new Request(url, { method, headers, body: new Uint8Array(body) });
  } catch (cause) {
    throw new LoadstarError('request_invalid', `The request cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

function headersOf({ headers: single, multiValueHeaders: multiple }: ProxyEvent): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(multiple ?? {}))
    for (const value of values ?? []) headers.append(name, value);
  for (const [name, value] of Object.entries(single ?? {})) {
    if (value !== undefined && !headers.has(name)) headers.set(name, value);
  }
  return headers;
}

function queryOf({ multiValueQueryStringParameters: multiple, queryStringParameters: single }: ProxyEvent): string {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(multiple ?? {}))
    for (const value of values ?? []) query.append(name, value);
  for (const [name, value] of Object.entries(single ?? {})) if (!query.has(name)) query.append(name, value ?? '');
  return query.toString();
}

function bodyOf({ body, isBase64Encoded }: ProxyEvent): Buffer | null {
  if (typeof body !== 'string' || body === '') return null;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** Throws `internal` for an answer that is larger than Lambda takes. */
export async function resultOf(answer: Response): Promise<APIGatewayProxyResult> {
  const multiValueHeaders: Record<string, string[]> = {};
  answer.headers.forEach((value, name) => {
    multiValueHeaders[name] = name === 'set-cookie' ? answer.headers.getSetCookie() : [value];
  });
  const body = Buffer.from(await answer.arrayBuffer()).toString('base64');
  if (body.length > ANSWER_BYTES_MAX)
    throw new LoadstarError('internal', `An answer of ${body.length} bytes is too large.`);
  return { statusCode: answer.status, multiValueHeaders, body, isBase64Encoded: true };
}

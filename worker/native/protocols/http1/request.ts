/**
 * HTTP/1.1 requests, put together so that sending one is one write. What never changes of a step's requests is worked out once, as their shape; what
 * changes is joined in by concatenation.
 */
import type { Method } from '../../../../core/scenario/scenario.ts';
import { HeadMemo } from './head-memo.ts';
import type { Origin, Origins } from './origins.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

interface CommonParts {
  method: Method;
  keepAlive: boolean;
  userAgent: string;
  /** A new connection for it leaves from any of this host's addresses. */
  randomSourceIp?: boolean;
  /** What the body is, unless the headers say it (`contentTypeOf`). */
  contentType?: string | null;
}

/** What a request is made of. */
export interface RequestParts extends CommonParts {
  url: URL;
  /** Checked: no control characters, nothing above U+00FF, none that frame the message. */
  headers: Headers;
  body: Buffer | null;
}

/** What all requests of a shape have in common. */
export interface ShapeParts extends CommonParts {
  /** Its scheme, host and port count. */
  url: URL;
  /** Checked as those of `RequestParts`; null: the value comes with each request. */
  headers: readonly (readonly [name: string, value: string | null])[];
}

/** What its response is needed for. */
export interface RequestNeeds {
  followsRedirects: boolean;
  needsHead: boolean;
  needsBody: boolean;
  /** Heads and bodies of embedded resources. */
  needsChildren?: boolean;
}

/** What goes over a connection. */
export interface Outgoing {
  /** Head, and the body unless that is large: one character a byte. */
  readonly wire: string;
  /** A large body. */
  readonly payload: Buffer | null;
  readonly wireBytes: number;
  /** The connection may be used again. */
  readonly keepAlive: boolean;
}

export interface RequestShape {
  readonly parts: ShapeParts;
  readonly needs: RequestNeeds;
  readonly origin: Origin;
  /** Scheme and authority, as a url begins. */
  readonly base: string;
  /** Of the headers, in lower case. */
  readonly ownNames: ReadonlySet<string>;
  readonly isHead: boolean;
  readonly isGet: boolean;
  readonly keepAlive: boolean;
  /** The head up to the target, between changing values, and behind the place for what the user's state adds. */
  readonly start: string;
  readonly pieces: readonly string[];
  readonly end: string;
  /** Which changing value is left out, because the body names its type itself; negative: none. */
  readonly unsentValue: number;
  /** It says even without a body that there is none. */
  readonly alwaysHasLength: boolean;
  /** The head of the last response to one of them. */
  readonly memo: HeadMemo;
}

export class Http1Request implements Outgoing {
  readonly shape: RequestShape;
  /** Path and query. */
  readonly target: string;
  readonly headerValues: readonly string[];
  readonly body: string | Buffer | null;
  readonly wire: string;
  readonly payload: Buffer | null;
  readonly wireBytes: number;
  /** Where the headers that the user's state adds go into `wire`. */
  readonly headersAt: number;
  /** What followed the address where it was found, `#` included; it is not sent. */
  fragment = '';
  #url: string | null = null;

  constructor(
    shape: RequestShape,
    target: string,
    headerValues: readonly string[],
    body: string | Buffer | null,
    head: { before: string; after: string },
  ) {
    this.shape = shape;
    this.target = target;
    this.headerValues = headerValues;
    this.body = body;
    this.headersAt = head.before.length;
    const isShort = body === null || body.length <= BODY_STRING_BYTES_MAX;
    const text = body === null || !isShort ? '' : typeof body === 'string' ? body : body.toString('latin1');
    this.payload = isShort ? null : typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
    this.wire = head.before + head.after + text;
    this.wireBytes = this.wire.length + (this.payload?.length ?? 0);
  }

  get origin(): Origin {
    return this.shape.origin;
  }

  get keepAlive(): boolean {
    return this.shape.keepAlive;
  }

  get url(): string {
    this.#url ??= this.shape.base + this.target;
    return this.#url;
  }
}

/** By what copies of its response are known: as in JMeter, the fragment tells addresses apart. */
export function copyKeyOf({ url, fragment }: Http1Request): string {
  return fragment === '' ? url : url + fragment;
}

/** A longer string would be written asynchronously, with a copy each time; a head has place beside it. */
const BODY_STRING_BYTES_MAX = 12 * 1024;
/** These say even without a body that there is none. */
const methodsWithBody: ReadonlySet<Method> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A request that never changes. */
export function compileRequest(parts: RequestParts, needs: RequestNeeds, origins: Origins): Http1Request {
  const { url, body } = parts;
  return requestOf(compileShape(parts, needs, origins), `${url.pathname}${url.search}`, [], body);
}

export function compileShape(parts: ShapeParts, needs: RequestNeeds, origins: Origins): RequestShape {
  const { method, url, keepAlive, userAgent } = parts;
  const origin = origins.of(url);
  // Only what is sent knows the boundary.
  const isMultipart = parts.contentType?.startsWith('multipart/') === true;
  const isUnsent = ([name]: readonly [string, string | null]): boolean =>
    isMultipart && name.toLowerCase() === 'content-type';
  const changing = parts.headers.filter(([, value]) => value === null);
  const headers = parts.headers
    .filter((header) => !isUnsent(header))
    .map(([name, value]) => [name, withPort(name, value, url)] as const);
  const ownNames = new Set(headers.map(([name]) => name.toLowerCase()));
  const connection = headers.find(([name]) => name.toLowerCase() === 'connection')?.[1]?.toLowerCase() ?? '';
  const pieces: string[] = [];
  let piece = ' HTTP/1.1\r\n';
  if (!ownNames.has('connection')) piece += `Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n`;
  for (const [name, value] of headers) {
    piece += `${name}: `;
    if (value === null) {
      pieces.push(piece);
      piece = '';
    }
    piece += `${value ?? ''}\r\n`;
  }
  pieces.push(piece);
  const unsentValue = changing.findIndex(isUnsent);
  if (unsentValue >= 0) pieces.splice(unsentValue + 1, 0, '');
  const hasType = parts.contentType != null && !ownNames.has('content-type');
  const type = hasType ? `Content-Type: ${parts.contentType}\r\n` : '';
  const host = ownNames.has('host') ? '' : `Host: ${origin.authority}\r\n`;
  const agent = ownNames.has('user-agent') ? '' : `User-Agent: ${userAgent}\r\n`;
  return {
    parts,
    needs,
    origin,
    base: `${url.protocol}//${url.host}`,
    ownNames,
    isHead: method === 'HEAD',
    isGet: method === 'GET',
    keepAlive: keepAlive && !connection.split(',').some((option) => option.trim() === 'close'),
    start: `${method} `,
    pieces,
    end: `${type}${host}${agent}\r\n`,
    unsentValue,
    alwaysHasLength: methodsWithBody.has(method),
    memo: new HeadMemo(),
  };
}

/** JMeter adds the address's port to a host that is named without one. */
function withPort(name: string, value: string | null, { port }: URL): string | null {
  const isHost = name.toLowerCase() === 'host' && value !== null && port !== '';
  return isHost && !/:\d+$/.test(value) ? `${value}:${port}` : value;
}

/**
 * A request of the shape. `target`: path and query, encoded (`encodeTarget`). `headerValues`: of the changing ones, in order; checked as the others.
 * A body that is a string holds one character a byte.
 */
export function requestOf(
  shape: RequestShape,
  target: string,
  headerValues: readonly string[],
  body: string | Buffer | null,
): Http1Request {
  const { pieces, unsentValue } = shape;
  let before = shape.start + target + pieces[0];
  for (let index = 0; index < headerValues.length; index++)
    before += (index === unsentValue ? '' : headerValues[index]!) + pieces[index + 1];
  const hasLength = body !== null || shape.alwaysHasLength;
  const after = hasLength ? `Content-Length: ${body === null ? 0 : body.length}\r\n${shape.end}` : shape.end;
  return new Http1Request(shape, target, headerValues, body, { before, after });
}

/** What the scenario has the request say in the header (lower case); null without it. */
export function ownHeaderValue(request: Http1Request, lowerName: string): string | null {
  if (!request.shape.ownNames.has(lowerName)) return null;
  return valueWhere(request, (name) => name.toLowerCase() === lowerName);
}

/** The same of a header that is written just so. */
export function exactHeaderValue(request: Http1Request, name: string): string | null {
  return valueWhere(request, (own) => own === name);
}

function valueWhere({ shape, headerValues }: Http1Request, isIt: (name: string) => boolean): string | null {
  let changing = 0;
  for (const [name, value] of shape.parts.headers) {
    if (isIt(name)) return value ?? headerValues[changing] ?? '';
    if (value === null) changing++;
  }
  return null;
}

const withoutHeaders = new Map<string, WeakMap<RequestShape, RequestShape>>();

/** The request without the header of that name (lower case) that the scenario has in it. */
export function withoutHeader(request: Http1Request, lowerName: string, origins: Origins): Http1Request {
  const { shape, headerValues, target, body } = request;
  if (!shape.ownNames.has(lowerName)) return request;
  const isIt = (name: string): boolean => name.toLowerCase() === lowerName;
  const known = withoutHeaders.get(lowerName) ?? new WeakMap<RequestShape, RequestShape>();
  withoutHeaders.set(lowerName, known);
  let without = known.get(shape);
  if (without === undefined) {
    const headers = shape.parts.headers.filter(([name]) => !isIt(name));
    without = compileShape({ ...shape.parts, headers }, shape.needs, origins);
    known.set(shape, without);
  }
  const changing = shape.parts.headers.filter(([, value]) => value === null);
  const values = headerValues.filter((_, index) => !isIt(changing[index]?.[0] ?? ''));
  return requestOf(without, target, values, body);
}

/** The request with headers more, each ending with a line break, as the user's state calls for. */
export function withHeaders(request: Http1Request, headers: string): Outgoing {
  const { wire, headersAt, payload } = request;
  return {
    wire: wire.slice(0, headersAt) + headers + wire.slice(headersAt),
    payload,
    wireBytes: request.wireBytes + headers.length,
    keepAlive: request.keepAlive,
  };
}

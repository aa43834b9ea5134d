/** An HTTP/1.1 request, compiled: head and body are put together once, so that sending is one write. */
import type { Method } from '../../../../core/scenario/scenario.ts';
import type { Origin, Origins } from './origins.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

/** What a request is made of. */
export interface RequestParts {
  method: Method;
  url: URL;
  /** Checked: no control characters, nothing above U+00FF, none that frame the message. */
  headers: Headers;
  body: Buffer | null;
  keepAlive: boolean;
  userAgent: string;
}

/** What its response is needed for. */
export interface RequestNeeds {
  followsRedirects: boolean;
  needsHead: boolean;
  needsBody: boolean;
}

export interface Http1Request extends RequestNeeds {
  parts: RequestParts;
  origin: Origin;
  /** The bytes to send. A string is latin1, one character a byte: the cheaper of the two to write while it is short. */
  wire: string | Buffer;
  wireBytes: number;
  isHead: boolean;
  /** The connection may be used again. */
  keepAlive: boolean;
}

/** A longer string would be written asynchronously, with a copy each time. */
const WIRE_STRING_BYTES_MAX = 16 * 1024;
/** These say even without a body that there is none. */
const methodsWithBody: ReadonlySet<Method> = new Set(['POST', 'PUT', 'PATCH']);

export function compileRequest(parts: RequestParts, needs: RequestNeeds, origins: Origins): Http1Request {
  const origin = origins.of(parts.url);
  const head = headOf(parts, origin);
  const wireBytes = head.length + (parts.body?.length ?? 0);
  const connection = headerValue(parts.headers, 'connection')?.toLowerCase() ?? '';
  return {
    ...needs,
    parts,
    origin,
    wire: wireOf(head, parts.body),
    wireBytes,
    isHead: parts.method === 'HEAD',
    keepAlive: parts.keepAlive && !connection.split(',').some((option) => option.trim() === 'close'),
  };
}

/** One character a byte. */
function headOf({ method, url, headers, body, keepAlive, userAgent }: RequestParts, origin: Origin): string {
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${headerValue(headers, 'host') ?? origin.authority}`,
  ];
  for (const [name, value] of headers) if (name.toLowerCase() !== 'host') lines.push(`${name}: ${value}`);
  if (headerValue(headers, 'user-agent') === undefined) lines.push(`User-Agent: ${userAgent}`);
  if (body !== null || methodsWithBody.has(method)) lines.push(`Content-Length: ${body?.length ?? 0}`);
  if (headerValue(headers, 'connection') === undefined) lines.push(`Connection: ${keepAlive ? 'keep-alive' : 'close'}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function wireOf(head: string, body: Buffer | null): string | Buffer {
  if (head.length + (body?.length ?? 0) > WIRE_STRING_BYTES_MAX) {
    return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
  }
  // Through bytes, so that it is one flat string and not a tree of its parts.
  return Buffer.from(head + (body?.toString('latin1') ?? ''), 'latin1').toString('latin1');
}

function headerValue(headers: Headers, lowerName: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === lowerName)?.[1];
}

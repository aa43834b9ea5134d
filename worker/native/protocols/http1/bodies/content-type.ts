/** What JMeter says of a body whose type the scenario does not name. */
import type { Body, Method } from '../../../../../core/scenario/scenario.ts';

const methodsWithBody: ReadonlySet<Method> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Null: nothing. That of a multipart body holds its boundary and comes from `encodeMultipart`. */
export function contentTypeOf(method: Method, body: Body | null, contentEncoding: string | null): string | null {
  const charset = contentEncoding ?? 'UTF-8';
  if (body?.kind === 'text') return `text/plain; charset=${charset}`;
  if (body?.kind === 'form' || (body === null && methodsWithBody.has(method))) {
    return `application/x-www-form-urlencoded; charset=${charset}`;
  }
  return null;
}

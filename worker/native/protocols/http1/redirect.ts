/** Where a redirect leads, and as what. */
import { type Failure, failure } from '../../failure.ts';
import type { Origins } from './origins.ts';
import { compileShape, type Http1Request, requestOf } from './request.ts';

const redirectCodes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** The same request, its body included, goes to the new place. */
const keepingCodes: ReadonlySet<number> = new Set([307, 308]);
/** Would tell the new host what was meant for the first one. */
const ownHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'host']);
/** Describe a body that is not sent any more. */
const bodyHeaders: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'content-language']);

export const tooManyRedirects = failure('redirect', 'more redirects than are followed');
const badLocation = failure('redirect', 'the Location of a redirect is not an http or https address');

export function isRedirect(code: number, location: string | null): location is string {
  return location !== null && location !== '' && redirectCodes.has(code);
}

/**
 * The request that follows a redirect, as JMeter makes it: 307 and 308 repeat the request, the others turn all but HEAD into a GET. At another
 * origin, credentials and a Host header of the scenario stay behind.
 */
export function redirected(
  request: Http1Request,
  code: number,
  location: string,
  origins: Origins,
): Http1Request | Failure {
  const { parts, needs } = request.shape;
  const url = URL.parse(location, request.url);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return badLocation;
  const keeps = keepingCodes.has(code) || parts.method === 'HEAD';
  const isSameOrigin = url.protocol === parts.url.protocol && url.host === parts.url.host;
  let changing = 0;
  const given = parts.headers.map(([name, value]) => [name, value ?? request.headerValues[changing++] ?? ''] as const);
  const headers = given.filter(([name]) => {
    const lowerName = name.toLowerCase();
    return (isSameOrigin || !ownHeaders.has(lowerName)) && (keeps || !bodyHeaders.has(lowerName));
  });
  const shape = compileShape(
    keeps ? { ...parts, url, headers } : { ...parts, url, headers, method: 'GET', contentType: null },
    needs,
    origins,
  );
  return requestOf(shape, `${url.pathname}${url.search}`, [], keeps ? request.body : null);
}

/** Where a redirect leads, and as what: as recorded from JMeter 5.6.3. */
import { type Failure, failure } from '../../failure.ts';
import type { Origins } from './origins.ts';
import { compileShape, type Http1Request, type RequestShape, requestOf } from './request.ts';
import { targetOf } from './request-target.ts';

const redirectCodes: ReadonlySet<number> = new Set([301, 302, 303, 308]);
/** Would tell another host what was meant for the first one. JMeter tells it. */
const ownHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'host']);

export const tooManyRedirects = failure('redirect', 'more redirects than are followed');
export const noLocation = failure('redirect', 'a redirect without a Location');
const badLocation = failure('redirect', 'the Location of a redirect is not an http or https address');

/** A 307 is one only where nothing but the request itself would be repeated. */
export function isRedirect(code: number, { isGet, isHead }: RequestShape): boolean {
  return redirectCodes.has(code) || (code === 307 && (isGet || isHead));
}

/**
 * The request that follows a redirect: a GET without a body, whatever came before, or a HEAD after a HEAD. The scenario's headers go along; to another host
 * without credentials and Host.
 */
export function redirected(request: Http1Request, location: string, origins: Origins): Http1Request | Failure {
  const { parts, needs, isHead } = request.shape;
  const url = resolve(location, request.url);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return badLocation;
  const headers = headersFor(request, url);
  const method = isHead ? 'HEAD' : 'GET';
  const shape = compileShape({ ...parts, method, url, headers, contentType: null }, needs, origins);
  const next = requestOf(shape, withApostrophes(targetOf(url), location), [], null);
  next.fragment = url.hash;
  return next;
}

/** URLs encode apostrophes in queries; here they stay as the location has them. */
function withApostrophes(target: string, location: string): string {
  if (!location.includes("'") || location.includes('%27')) return target;
  const [path = '', ...query] = target.split('?');
  return [path, ...query.map((part) => part.replaceAll('%27', "'"))].join('?');
}

/** The request's headers, with the values that they had, as far as the url's host may see them. */
export function headersFor({ shape, headerValues }: Http1Request, url: URL): [name: string, value: string][] {
  let changing = 0;
  const isSameHost = url.hostname === shape.parts.url.hostname;
  return shape.parts.headers
    .map(([name, value]): [string, string] => [name, value ?? headerValues[changing++] ?? ''])
    .filter(([name]) => isSameHost || !ownHeaders.has(name.toLowerCase()));
}

/** A query alone belongs to the folder, not to the page, as Java has it. */
function resolve(location: string, base: string): URL | null {
  return URL.parse(location.startsWith('?') ? `./${location}` : location, base);
}

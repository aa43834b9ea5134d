/** Paths and queries, as JMeter puts them into a request's first line. */
import { type Failure, failure } from '../../failure.ts';
import { encodeQuery } from './bodies/encode-form.ts';

const usual = /^[!$&'()*+,\-./0-9:;=?@A-Z_a-z~]*$/;
/** What may not stand in an address as it is: JMeter refuses it, too. Brackets may, behind the question mark. */
const wrong = /[\p{Cc}"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})|^[^?]*[[\]]/u;

/**
 * A path with its query, filled in, as it is sent; or why it cannot be. Spaces and letters beyond ASCII are encoded, all else must be. Of slashes
 * that follow one another in the path, one is left.
 */
export function encodeTarget(pathAndQuery: string): string | Failure {
  const hash = pathAndQuery.indexOf('#');
  const text = hash < 0 ? pathAndQuery : pathAndQuery.slice(0, hash);
  const target = withSingleSlashes(text.startsWith('/') ? text : `/${text}`);
  if (usual.test(target)) return target;
  const found = wrong.exec(target)?.[0].at(-1);
  if (found !== undefined) {
    return failure('url', `the address holds ${JSON.stringify(found)}, which must be percent-encoded`);
  }
  return encodeURI(target.normalize('NFC').toWellFormed())
    .replaceAll('%25', '%')
    .replaceAll('%5B', '[')
    .replaceAll('%5D', ']');
}

/** The target with form parameters behind its query. */
export function appendQuery(
  target: string,
  parameters: readonly (readonly [string, string])[],
  charset: string | null,
): string {
  if (parameters.length === 0) return target;
  return `${target}${target.includes('?') ? '&' : '?'}${encodeQuery(parameters, charset)}`;
}

/** Path and query of an address that a response named, where what may not stand there is encoded. */
export function targetOf(url: URL): string {
  const target = withSingleSlashes(`${url.pathname}${url.search}`);
  if (usual.test(target)) return target;
  return target.replace(/["<>\\^`{|}]|%(?![0-9A-Fa-f]{2})/g, encodeURIComponent);
}

function withSingleSlashes(target: string): string {
  if (!target.includes('//')) return target;
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  return path.replace(/\/{2,}/g, '/') + target.slice(path.length);
}

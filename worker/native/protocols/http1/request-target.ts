/** Paths and queries, as JMeter puts them into a request's first line. */
import { type Failure, failure } from '../../failure.ts';
import { encodeForm } from './bodies/encode-form.ts';

const usual = /^[!$&'()*+,\-./0-9:;=?@A-Z_a-z~]*$/;
/** What may not stand in an address as it is: JMeter refuses it, too. Brackets may, behind the question mark. */
const wrong = /[\0-\x1f\x7f"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})|^[^?]*[[\]]/;

/** A path with its query, filled in, as it is sent; or why it cannot be. Spaces and letters beyond ASCII are encoded, all else must be. */
export function encodeTarget(pathAndQuery: string): string | Failure {
  const hash = pathAndQuery.indexOf('#');
  const text = hash < 0 ? pathAndQuery : pathAndQuery.slice(0, hash);
  const target = text.startsWith('/') ? text : `/${text}`;
  if (usual.test(target)) return target;
  const found = wrong.exec(target)?.[0].at(-1);
  if (found !== undefined)
    return failure('url', `the address holds ${JSON.stringify(found)}, which must be percent-encoded`);
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
  return `${target}${target.includes('?') ? '&' : '?'}${encodeForm(parameters, charset)}`;
}

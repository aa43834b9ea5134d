/** Headers: checked so that nothing a file says can break out of its line in the request. */

import { textOf } from '../input/fields.ts';
import type { Path, Problems } from '../input/problems.ts';
import type { TaurusMapping } from '../input/value.ts';
import { checkTemplate, fillIn, type Variables } from './templates.ts';

export type Headers = [name: string, value: string][];

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that say where a message ends or turn the connection into another protocol: the engine's own. */
const OWN_HEADERS: Readonly<Record<string, string>> = {
  'content-length': 'the engine sends it, counted from the body',
  'transfer-encoding': 'the engine sends bodies with a Content-Length',
  expect: 'the engine sends bodies without waiting',
  upgrade: 'other protocols are not supported yet',
};

export function readHeaders(mapping: TaurusMapping, variables: Variables, path: Path, problems: Problems): Headers {
  const headers: Headers = [];
  const seen = new Set<string>();
  for (const [name, raw] of Object.entries(mapping)) {
    const at = [...path, name];
    const lowerName = name.toLowerCase();
    const own = Object.hasOwn(OWN_HEADERS, lowerName) ? OWN_HEADERS[lowerName] : undefined;
    if (!NAME.test(name)) problems.add(at, "is not a header's name: letters, digits and dashes are expected");
    else if (own !== undefined) problems.add(at, `cannot be set: ${own}`);
    else if (seen.has(lowerName)) problems.add(at, 'stands here twice, in different spellings');
    else {
      const value = textOf(raw, (message) => void problems.add(at, message));
      if (value !== undefined && isSendable(value, variables, at, problems)) headers.push([name, value.trim()]);
    }
    seen.add(lowerName);
  }
  return headers;
}

/** The flow's headers that the request does not have itself, then the request's, in their order. */
export function mergeHeaders(flowHeaders: Headers, requestHeaders: Headers): Headers {
  const own = new Set(requestHeaders.map(([name]) => name.toLowerCase()));
  return [...flowHeaders.filter(([name]) => !own.has(name.toLowerCase())), ...requestHeaders];
}

/** Media type without parameters, lower case, of the Content-Type header; null without one. */
export function mediaTypeOf(headers: Headers, variables: Variables): string | null {
  const header = headers.find(([name]) => name.toLowerCase() === 'content-type');
  if (header === undefined) return null;
  return (fillIn(header[1], variables).split(';')[0] ?? '').trim().toLowerCase();
}

function isSendable(value: string, variables: Variables, path: Path, problems: Problems): boolean {
  if (!checkTemplate(value, variables, path, problems)) return false;
  // Above U+00FF a byte-wise writer would cut a character down to one that may be a line break.
  const found = /[^\t\x20-\x7e\x80-\xff]/.exec(fillIn(value, variables));
  if (found === null) return true;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  problems.add(path, `holds the character U+${code}, which a header cannot carry`);
  return false;
}

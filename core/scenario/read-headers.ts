/** Headers: checked so that nothing a file says can break out of its line in the request. */

import type { Path, Problems } from '../input/problems.ts';
import type { TaurusMapping } from '../input/value.ts';
import { type FlowTexts, literalPieces } from './flow-texts.ts';
import { readSentText } from './read-sent-text.ts';

export type Headers = [name: string, value: string][];

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that say where a message ends or turn the connection into another protocol: the engine's own. */
const OWN_HEADERS: Readonly<Record<string, string>> = {
  'transfer-encoding': 'the engine sends bodies with a Content-Length',
  expect: 'the engine sends bodies without waiting',
  upgrade: 'other protocols are not supported yet',
};

export function readHeaders(mapping: TaurusMapping, texts: FlowTexts, path: Path, problems: Problems): Headers {
  const headers: Headers = [];
  const seen = new Set<string>();
  for (const [name, raw] of Object.entries(mapping)) {
    const at = [...path, name];
    const lowerName = name.toLowerCase();
    const own = Object.hasOwn(OWN_HEADERS, lowerName) ? OWN_HEADERS[lowerName] : undefined;
    if (!NAME.test(name)) problems.add(at, "is not a header's name: letters, digits and dashes are expected");
    else if (own !== undefined) problems.add(at, `cannot be set: ${own}`);
    else if (seen.has(lowerName)) problems.add(at, 'stands here twice, in different spellings');
    else if (lowerName === 'content-length') {
      problems.warn('The header Content-Length makes no difference here: it is counted from the body');
    } else {
      const value = readSentText(raw, at, problems);
      if (value !== null && checkValue(value, texts, at, problems)) headers.push([name, value.trim()]);
    }
    seen.add(lowerName);
  }
  return headers;
}

/** The request's headers, then the flow's that it does not have itself: in the order in which JMeter sends them. */
export function mergeHeaders(flowHeaders: Headers, requestHeaders: Headers): Headers {
  const own = new Set(requestHeaders.map(([name]) => name.toLowerCase()));
  return [...requestHeaders, ...flowHeaders.filter(([name]) => !own.has(name.toLowerCase()))];
}

/** The value of a header, lower case, the first of the lists that has it; null without one. */
export function valueOfHeader(wanted: string, ...lists: readonly Headers[]): string | null {
  for (const headers of lists) {
    const header = headers.find(([name]) => name.toLowerCase() === wanted);
    if (header !== undefined) return header[1].toLowerCase();
  }
  return null;
}

function checkValue(value: string, texts: FlowTexts, path: Path, problems: Problems): boolean {
  if (!texts.check(value, path)) return false;
  texts.atEnd(() => {
    for (const piece of literalPieces(texts.steady(value))) {
      // Above U+00FF a byte-wise writer would cut a character down to one that may be a line break.
      const found = /[^\t\x20-\x7e\x80-\xff]/u.exec(piece);
      if (found === null) continue;
      const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      problems.add(path, `holds the character U+${code}, which a header cannot carry`);
      return;
    }
  });
  return true;
}

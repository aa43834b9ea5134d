/**
 * Parsed bodies. All that look into the same text one after the other share one document, and nobody parses what nobody asks for. A
 * document is kept until another one is parsed, so it must not be changed.
 */

import type { JsonValue } from '../../../core/language/json-value.ts';
import { JsonProblem, parseJson } from '../../../core/language/parse-json.ts';
import { boundedFor } from './deadline.ts';
import { html } from './html.ts';
import type { HtmlDocument } from './html-document.ts';
import { parseXml, XmlProblem } from './parse-xml.ts';
import type { TreeNode } from './tree-node.ts';

/** Null for a text that is no document, or takes too long to read. */
function lastOne<Document>(parse: (text: string) => Document | null): (text: string) => Document | null {
  let last: { text: string; document: Document | null } | null = null;
  return (text) => {
    if (last === null || last.text !== text) last = { text, document: boundedFor(text, () => parse(text)) };
    return last.document;
  };
}

/** In a list, to tell the value null from no document. */
export const jsonOf = lastOne((text): readonly [JsonValue] | null => {
  try {
    return [parseJson(text)];
  } catch (error) {
    if (error instanceof JsonProblem) return null;
    throw error;
  }
});

export const htmlOf = lastOne((text): HtmlDocument | null => html().parseHtml(text));

export const xmlOf = lastOne((text): TreeNode | null => {
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlProblem) return null;
    throw error;
  }
});

export const tolerantXmlOf = lastOne((text): TreeNode | null => {
  const { htmlTree, parseHtml } = html();
  const document = parseHtml(text, true);
  return document === null ? null : htmlTree(document);
});

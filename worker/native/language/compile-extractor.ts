/** Extractors, compiled: what they leave in a user's variables is what JMeter's leave. */
import type { TemplateScope } from '../../../core/language/template.ts';
import type { Extractor } from '../../../core/scenario/scenario.ts';
import { type ResponseView, type Subject, subjectText } from './compiled.ts';
import { compileJson } from './extract-json.ts';
import { compileBoundary, compileRegexp, type Take } from './extract-regexp.ts';
import { compileCssExtractor, compileXpathExtractor } from './extract-tree.ts';

export interface CompiledExtractor {
  readonly needsHead: boolean;
  readonly needsBody: boolean;
  /** Variables that it sets, but those that are numbered or named by `_matchNr`, `_g` and `_ALL`. */
  readonly sets: readonly string[];
  /** `embedded`: responses of embedded resources, in the order of the document. */
  extract(response: ResponseView, embedded: readonly ResponseView[], scope: TemplateScope): void;
}

/** Throws `scenario_invalid` for what cannot be compiled; `path` says where it is. */
export function compileExtractor(extractor: Extractor, path: string): CompiledExtractor {
  const { scope: where, fromVariable } = extractor;
  const subject: Subject = 'subject' in extractor ? extractor.subject : 'body';
  const take = compileTake(extractor, path);
  const isPattern = extractor.kind === 'regexp' || extractor.kind === 'boundary';
  const isAboutText = isPattern && (subject === 'body' || subject === 'headers');
  const looksIntoResponses = where !== 'variable';
  return {
    needsHead: looksIntoResponses && subject === 'headers',
    needsBody: looksIntoResponses && subject === 'body',
    sets: [extractor.variable],
    extract(response, embedded, scope) {
      if (!looksIntoResponses) {
        const text = fromVariable === null ? undefined : scope.get(fromVariable);
        take(text === undefined ? [] : [text], scope);
        return;
      }
      // No text is not an empty text, in which much can be found.
      const hasText = !isAboutText || response.code !== 0;
      const texts: string[] = where === 'children' || !hasText ? [] : [subjectText(response, subject)];
      if (where !== 'main') for (const child of embedded) texts.push(subjectText(child, subject));
      take(texts, scope);
    },
  };
}

function compileTake(extractor: Extractor, path: string): Take {
  switch (extractor.kind) {
    case 'regexp':
      return compileRegexp(extractor, path);
    case 'boundary':
      return compileBoundary(extractor, path);
    case 'jsonpath':
      return compileJson(extractor, path);
    case 'css':
      return compileCssExtractor(extractor, path);
    case 'xpath':
      return compileXpathExtractor(extractor, path);
  }
}

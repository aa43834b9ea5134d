/** Extractors by CSS selectors and by XPath. */
import type { Element } from 'domhandler';
import type { TemplateScope } from '../../../core/language/template.ts';
import type { Extractor } from '../../../core/scenario/scenario.ts';
import { MATCHES_MAX } from './bounded-pattern.ts';
import { compiledFrom, templateAt } from './compiled.ts';
import { boundedFor } from './deadline.ts';
import { htmlOf, tolerantXmlOf, xmlOf } from './documents.ts';
import type { Take } from './extract-regexp.ts';
import { chosen, forgetMatches, setDefault } from './extracted.ts';
import { html } from './html.ts';
import { compileXpath, valueOfNode, XpathProblem, type XpathQuery, type XpathResult } from './xpath-query.ts';

export function compileCssExtractor(extractor: Extractor & { kind: 'css' }, path: string): Take {
  const { variable, matchNo, attribute } = extractor;
  const { compileCss, textOf } = html();
  const queryFor = compiledFrom(extractor.expression, path, compileCss);
  const defaultValue = templateAt(extractor.defaultValue, path);
  const valueIn = (element: Element): string =>
    attribute === null || attribute === '' ? textOf(element) : (element.attribs[attribute.toLowerCase()] ?? '');
  return (texts, scope) => {
    setDefault(scope, variable, defaultValue.fill(scope));
    const query = queryFor(scope);
    if (query === null) return;
    const found: Element[] = [];
    for (const text of texts) {
      const document = text === '' ? null : htmlOf(text);
      if (document === null) continue;
      const elements = boundedFor(text, () => query(document)) ?? [];
      for (const element of elements) if (found.length < MATCHES_MAX) found.push(element);
    }
    forgetMatches(scope, variable);
    if (matchNo < 0) {
      scope.set(`${variable}_matchNr`, String(found.length));
      for (const [index, element] of found.entries()) scope.set(`${variable}_${index + 1}`, valueIn(element));
      return;
    }
    const element = chosen(found, matchNo, scope);
    if (element !== undefined) scope.set(variable, valueIn(element));
  };
}

export function compileXpathExtractor(extractor: Extractor & { kind: 'xpath' }, path: string): Take {
  const { variable, matchNo, tolerant } = extractor;
  if (tolerant) html();
  const queryFor = compiledFrom(extractor.xpath, path, compileXpath);
  const defaultValue = templateAt(extractor.defaultValue, path);
  return (texts, scope) => {
    scope.set(variable, defaultValue.fill(scope));
    const query = queryFor(scope);
    const found: (string | null)[] = [];
    for (const text of texts) {
      const result = query === null ? null : evaluateXpath(text, query, tolerant);
      if (result === null) {
        // JMeter gives up at the first text that it cannot read, and leaves most of what was there before.
        scope.remove(`${variable}_1`);
        scope.set(`${variable}_matchNr`, '0');
        return;
      }
      if (!Array.isArray(result)) {
        // What is no set of nodes is the match of any number.
        found.push(String(result));
        continue;
      }
      const values = result.map((node) => valueOfNode(node) ?? (tolerant ? '' : null));
      if (matchNo < 0) found.push(...values.slice(0, MATCHES_MAX - found.length));
      else if (values.length > 0 && (matchNo === 0 || matchNo <= values.length))
        found.push(chosen(values, matchNo, scope) ?? null);
    }
    keep(scope, variable, matchNo < 0 ? found : found.slice(0, 1));
  };
}

function keep(scope: TemplateScope, variable: string, found: readonly (string | null)[]): void {
  forgetMatches(scope, variable);
  scope.set(`${variable}_matchNr`, String(found.length));
  const [first = null] = found;
  if (first !== null) scope.set(variable, first);
  for (const [index, value] of found.entries()) if (value !== null) scope.set(`${variable}_${index + 1}`, value);
}

/** Null for a text that is no document, or an expression that cannot be followed in it. */
export function evaluateXpath(text: string, query: XpathQuery, tolerant: boolean): XpathResult | null {
  if (text === '' && !tolerant) return null;
  const document = tolerant ? tolerantXmlOf(text) : xmlOf(text);
  if (document === null) return null;
  try {
    return boundedFor(text, () => query(document));
  } catch (error) {
    if (error instanceof XpathProblem) return null;
    throw error;
  }
}

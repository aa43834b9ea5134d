/** Extractor by JSONPath. */

import { compileJsonPath, type JsonPath } from '../../../core/language/json-path.ts';
import { type JsonValue, variableText } from '../../../core/language/json-value.ts';
import type { Extractor } from '../../../core/scenario/scenario.ts';
import { MATCHES_MAX } from './bounded-pattern.ts';
import { compiledFrom, templateAt } from './compiled.ts';
import { boundedFor } from './deadline.ts';
import { jsonOf } from './documents.ts';
import type { Take } from './extract-regexp.ts';
import { chosen, forgetMatches } from './extracted.ts';
import { walkJsonPath } from './walk-json-path.ts';

export function compileJson(extractor: Extractor & { kind: 'jsonpath' }, path: string): Take {
  const { variable, matchNo, concat } = extractor;
  const pathFor = compiledFrom(extractor.jsonpath, path, compileJsonPath);
  const defaultValue = templateAt(extractor.defaultValue, path);
  return (texts, scope) => {
    forgetMatches(scope, variable);
    const otherwise = defaultValue.fill(scope);
    const found = valuesIn(texts, pathFor(scope));
    if (found === null) {
      scope.set(variable, otherwise);
      return;
    }
    const valueAt = (value: JsonValue): string => variableText(value) ?? otherwise;
    const count = String(found.length);
    if (found.length === 0) {
      scope.set(variable, otherwise);
      scope.set(`${variable}_matchNr`, count);
      if (matchNo < 0 && concat) scope.set(`${variable}_ALL`, '');
    } else if (matchNo < 0) {
      for (const [index, value] of found.entries()) scope.set(`${variable}_${index + 1}`, valueAt(value));
      if (concat) scope.set(`${variable}_ALL`, found.map(valueAt).join(','));
      scope.set(`${variable}_matchNr`, count);
    } else if (matchNo === 0) {
      scope.set(variable, valueAt(chosen(found, 0, scope) ?? null));
    } else {
      // A single one is taken whatever number is asked for.
      const value = found.length === 1 ? found[0] : found[matchNo - 1];
      scope.set(variable, valueAt(value ?? null));
      scope.set(`${variable}_matchNr`, count);
    }
  };
}

/** Null when there is nothing to look into: no path, no text, or one that is no JSON. */
function valuesIn(texts: readonly string[], path: JsonPath | null): JsonValue[] | null {
  if (path === null || texts.length === 0) return null;
  const found: JsonValue[] = [];
  for (const text of texts) {
    const document = jsonOf(text);
    if (document === null || document[0] === null) return null;
    const [value] = document;
    for (const each of boundedFor(text, () => walkJsonPath(path, value)) ?? [])
      if (found.length < MATCHES_MAX) found.push(each);
  }
  return found;
}

/** What a path finds in a document, as JMeter's JSON assertion sees it: a list for paths to many places. */
export function readJson(path: JsonPath, document: JsonValue): { value: JsonValue } | null {
  const found = walkJsonPath(path, document);
  if (found === null) return null;
  return { value: path.isDefinite ? (found[0] ?? null) : found };
}

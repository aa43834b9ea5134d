/** Extractors by regular expression and by boundaries. */
import type { TemplateScope } from '../../../core/language/template.ts';
import type { Extractor } from '../../../core/scenario/scenario.ts';
import { type BoundedPattern, boundedPattern, MATCHES_MAX } from './bounded-pattern.ts';
import { compiledFrom, templateAt } from './compiled.ts';
import { chosen, forgetMatches, setDefault } from './extracted.ts';

/** Takes what it finds in texts, and leaves variables behind. */
export type Take = (texts: readonly string[], scope: TemplateScope) => void;

export function compileRegexp(extractor: Extractor & { kind: 'regexp' }, path: string): Take {
  const { variable, matchNo } = extractor;
  const patternFor = compiledFrom(extractor.regexp, path, boundedPattern);
  const defaultValue = templateAt(extractor.defaultValue, path);
  const template = piecesOf(extractor.template);
  return (texts, scope) => {
    setDefault(scope, variable, defaultValue.fill(scope));
    const pattern = patternFor(scope);
    if (pattern === null) return;
    const matches = matchesIn(texts, pattern, matchNo < 1 ? MATCHES_MAX : matchNo);
    const before = forgetMatches(scope, variable);
    for (let number = 1; number <= before; number++) forgetGroups(scope, `${variable}_${number}`);
    if (matchNo < 0) {
      forgetGroups(scope, variable);
      scope.set(`${variable}_matchNr`, String(matches.length));
      for (const [index, match] of matches.entries()) keep(scope, `${variable}_${index + 1}`, match, template);
      return;
    }
    const match = chosen(matches, matchNo, scope);
    if (match === undefined) forgetGroups(scope, variable);
    else keep(scope, variable, match, template);
  };
}

function matchesIn(texts: readonly string[], pattern: BoundedPattern, countMax: number): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  for (const text of texts) {
    if (matches.length >= countMax) break;
    for (const match of pattern.find(text, countMax - matches.length)) matches.push(match);
  }
  return matches;
}

function keep(
  scope: TemplateScope,
  name: string,
  match: RegExpExecArray,
  template: readonly (string | number)[],
): void {
  scope.set(name, template.map((piece) => (typeof piece === 'string' ? piece : (match[piece] ?? 'null'))).join(''));
  const before = Number(scope.get(`${name}_g`) ?? 0);
  for (let group = match.length; group <= before; group++) scope.remove(`${name}_g${group}`);
  scope.set(`${name}_g`, String(match.length - 1));
  for (const [group, text] of match.entries()) {
    if (text === undefined) scope.remove(`${name}_g${group}`);
    else scope.set(`${name}_g${group}`, text);
  }
}

function forgetGroups(scope: TemplateScope, name: string): void {
  const count = Number(scope.get(`${name}_g`) ?? Number.NaN);
  if (Number.isNaN(count)) return;
  scope.remove(`${name}_g`);
  for (let group = 0; group <= count; group++) scope.remove(`${name}_g${group}`);
}

/** `$1$` stands for a group, the rest for itself. */
function piecesOf(template: string): readonly (string | number)[] {
  return template.split(/(\$\d{1,3}\$)/).map((piece) => {
    const group = /^\$(\d+)\$$/.exec(piece)?.[1];
    return group === undefined ? piece : Number(group);
  });
}

export function compileBoundary(extractor: Extractor & { kind: 'boundary' }, path: string): Take {
  const { variable, matchNo } = extractor;
  const [left, right, defaultValue] = [extractor.left, extractor.right, extractor.defaultValue].map((text) =>
    templateAt(text, path),
  ) as [ReturnType<typeof templateAt>, ReturnType<typeof templateAt>, ReturnType<typeof templateAt>];
  return (texts, scope) => {
    setDefault(scope, variable, defaultValue.fill(scope));
    const found: string[] = [];
    const countMax = matchNo < 1 ? MATCHES_MAX : matchNo;
    for (const text of texts) addBetween(text, left.fill(scope), right.fill(scope), countMax, found);
    forgetMatches(scope, variable);
    if (matchNo < 0) {
      scope.set(`${variable}_matchNr`, String(found.length));
      for (const [index, text] of found.entries()) scope.set(`${variable}_${index + 1}`, text);
      return;
    }
    const text = chosen(found, matchNo, scope);
    if (text !== undefined) scope.set(variable, text);
  };
}

/** A right boundary may be the left one of the next piece. An empty boundary is the text's beginning or end. */
function addBetween(text: string, left: string, right: string, countMax: number, found: string[]): void {
  let from = 0;
  while (found.length < countMax) {
    const start = text.indexOf(left, from);
    if (start < 0) return;
    const begin = start + left.length;
    const end = right === '' ? text.length : text.indexOf(right, begin);
    if (end < 0) return;
    found.push(text.slice(begin, end));
    if (left === '' || right === '') return;
    from = begin;
  }
}

/** `extract-*`: pieces of a response for later requests, in the order in which Taurus makes them look. */
import { textOf, wholeNumberOf } from '../input/fields.ts';
import { type KeywordTable, readLongOrShort, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import type { FlowTexts } from './flow-texts.ts';
import { checkJsonPath } from './json-path-text.ts';
import { refusedForTaurus } from './needs-taurus.ts';
import { checkPattern } from './pattern.ts';
import { readSentText } from './read-sent-text.ts';
import type { Extractor } from './scenario.ts';
import { extractorKeywords } from './step-keywords.ts';

type Keyword = keyof typeof extractorKeywords;
type Subject = 'body' | 'headers' | 'http-code' | 'url';
type Read = Partial<Record<string, unknown>>;

/** The keyword that the short form of an extractor stands for, in Taurus' order. */
const shortForms = {
  'extract-boundary': null,
  'extract-regexp': 'regexp',
  'extract-jsonpath': 'jsonpath',
  'extract-css-jquery': 'expression',
  'extract-xpath': 'xpath',
} as const satisfies Record<Keyword, string | null>;

/** Taurus' defaults: JSONPath and CSS take any match, XPath all of them. */
const matchNoDefaults: Readonly<Record<Keyword, number>> = {
  'extract-boundary': 1,
  'extract-regexp': 1,
  'extract-jsonpath': 0,
  'extract-css-jquery': 0,
  'extract-xpath': -1,
};

const scopes = { main: 'main', parent: 'main', children: 'children', all: 'all', variable: 'variable' } as const;
const subjects: Readonly<Record<string, Subject>> = {
  body: 'body',
  headers: 'headers',
  'http-code': 'http-code',
  url: 'url',
};
const boundarySubjects: Readonly<Record<string, Subject>> = {
  body: 'body',
  'response-headers': 'headers',
  code: 'http-code',
  url: 'url',
};
const boundarySubjectsRefused = ['body-unescaped', 'body-as-document', 'request-headers', 'message'];

export function readExtractors(
  request: Partial<Record<Keyword, TaurusMapping>>,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Extractor[] {
  return (Object.keys(shortForms) as Keyword[]).flatMap((keyword) =>
    Object.entries(request[keyword] ?? {}).flatMap(([variable, value]) => {
      const extractor = readExtractor(keyword, variable, value, texts, [...path, keyword, variable], problems);
      return extractor === null ? [] : [extractor];
    }),
  );
}

function readExtractor(
  keyword: Keyword,
  variable: string,
  value: TaurusValue,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Extractor | null {
  const countBefore = problems.count;
  if (variable.trim() === '') problems.add(path, 'has no name for its variable');
  texts.willSet(variable);
  const read = readForm(keyword, value, path, problems);
  if (read === null) return null;
  const isLong = isMapping(value);
  const at = (name: string) => (isLong ? [...path, name] : path);
  const textAt = (name: string): string => {
    const text = read[name];
    if (typeof text === 'string') texts.check(text, at(name));
    // One that is wrong was reported already.
    else if (!isLong || !Object.hasOwn(value, name) || value[name] === null) problems.add(at(name), 'is missing');
    return typeof text === 'string' ? text : '';
  };
  const base = readBase(keyword, variable, read, texts, path, problems);
  const extractor = readKind(keyword, base, read, textAt, texts, path, problems);
  return problems.count > countBefore ? null : extractor;
}

function readForm(keyword: Keyword, value: TaurusValue, path: Path, problems: Problems): Read | null {
  const short = shortForms[keyword];
  const keywords: KeywordTable = extractorKeywords[keyword];
  return short === null
    ? readMapping(value, keywords, path, problems)
    : readLongOrShort(value, short, keywords, path, problems);
}

type Base = Pick<Extractor, 'variable' | 'defaultValue' | 'matchNo' | 'scope' | 'fromVariable'>;

function readKind(
  keyword: Keyword,
  base: Base,
  read: Read,
  textAt: (name: string) => string,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Extractor | null {
  switch (keyword) {
    case 'extract-regexp': {
      const regexp = textAt('regexp');
      checkPattern(regexp, texts, path, problems);
      const subject = readSubject(read.subject, subjects, [], path, problems);
      const template = templateOf(read.template, path, problems);
      return { kind: 'regexp', ...base, regexp, template, subject };
    }
    case 'extract-jsonpath': {
      const jsonpath = textAt('jsonpath');
      checkJsonPath(jsonpath, texts, path, problems);
      return { kind: 'jsonpath', ...base, jsonpath, concat: read.concat === true };
    }
    case 'extract-css-jquery': {
      const attribute = typeof read.attribute === 'string' && read.attribute !== '' ? read.attribute : null;
      return { kind: 'css', ...base, expression: textAt('expression'), attribute };
    }
    case 'extract-xpath': {
      for (const name of ['validate-xml', 'use-namespaces'])
        if (read[name] === true) problems.add([...path, name], refusedForTaurus('write false'));
      const ignoreWhitespace = read['ignore-whitespace'] !== false;
      const tolerant = read['use-tolerant-parser'] === true;
      return { kind: 'xpath', ...base, xpath: textAt('xpath'), ignoreWhitespace, tolerant };
    }
    case 'extract-boundary': {
      const subject = readSubject(read.subject, boundarySubjects, boundarySubjectsRefused, path, problems);
      return { kind: 'boundary', ...base, left: textAt('left'), right: textAt('right'), subject };
    }
  }
}

function readBase(
  keyword: Keyword,
  variable: string,
  read: Read,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Base {
  const written = read.default as TaurusValue | undefined;
  const defaultValue =
    written === undefined ? 'NOT_FOUND' : (readSentText(written, [...path, 'default'], problems) ?? '');
  texts.check(defaultValue, [...path, 'default']);
  const scope = readScope(read.scope, path, problems);
  const fromVariable = typeof read['from-variable'] === 'string' ? read['from-variable'] : null;
  if (scope === 'variable' && fromVariable === null) {
    problems.add([...path, 'from-variable'], 'is missing: the variable to look into');
  }
  if (scope !== 'variable' && fromVariable !== null) {
    problems.warn(`${pathText([...path, 'from-variable'])}: has no effect without scope: variable, as in Taurus`);
  }
  return {
    variable,
    defaultValue,
    matchNo: readMatchNo(read['match-no'] as TaurusValue | undefined, matchNoDefaults[keyword], path, problems),
    scope,
    fromVariable: scope === 'variable' ? fromVariable : null,
  };
}

function readScope(written: unknown, path: Path, problems: Problems): Extractor['scope'] {
  if (typeof written !== 'string') return 'main';
  if (Object.hasOwn(scopes, written)) return scopes[written as keyof typeof scopes];
  problems.add([...path, 'scope'], `${written} is not a scope${didYouMean(written, Object.keys(scopes))}`);
  return 'main';
}

/** Any number below 0 stands for all matches. */
function readMatchNo(written: TaurusValue | undefined, byDefault: number, path: Path, problems: Problems): number {
  if (written === undefined) return byDefault;
  const isNegative =
    (typeof written === 'bigint' && written < 0n) || (typeof written === 'string' && /^\s*-\d+\s*$/.test(written));
  if (isNegative) return -1;
  return wholeNumberOf(written, (message) => void problems.add([...path, 'match-no'], message)) ?? byDefault;
}

/** A whole number is the number of a group. */
function templateOf(written: unknown, path: Path, problems: Problems): string {
  if (written === undefined) return '$1$';
  if (typeof written === 'bigint') return `$${written}$`;
  return textOf(written as TaurusValue, (message) => void problems.add([...path, 'template'], message)) ?? '';
}

function readSubject(
  written: unknown,
  known: Readonly<Record<string, Subject>>,
  refused: readonly string[],
  path: Path,
  problems: Problems,
): Subject {
  if (typeof written !== 'string') return 'body';
  const subject = Object.hasOwn(known, written.toLowerCase()) ? known[written.toLowerCase()] : undefined;
  if (subject !== undefined) return subject;
  const words = Object.keys(known);
  problems.add(
    [...path, 'subject'],
    refused.includes(written)
      ? `${written}: ${refusedForTaurus(`use one of ${words.join(', ')}`)}`
      : `${written} is not a part of a response that can be looked into${didYouMean(written, words) || `: ${words.join(', ')} are`}`,
  );
  return 'body';
}

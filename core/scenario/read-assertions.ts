/** `assert`, `assert-jsonpath`, `assert-xpath`: what a response must hold, in the order in which Taurus looks. */
import { readLongOrShort, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, type TaurusValue } from '../input/value.ts';
import type { FlowTexts } from './flow-texts.ts';
import { checkJsonPath } from './json-path-text.ts';
import { refusedForTaurus } from './needs-taurus.ts';
import { checkPattern } from './pattern.ts';
import { readSentText } from './read-sent-text.ts';
import {
  type Assertion,
  type ContainsAssertion,
  containsAssertionSchema,
  type JsonpathAssertion,
  type XpathAssertion,
} from './scenario.ts';
import { assertionKeywords, jsonpathAssertionKeywords, xpathAssertionKeywords } from './step-keywords.ts';

const subjects = containsAssertionSchema.shape.subject.options;

export interface AssertionSource {
  assert?: TaurusValue;
  'assert-jsonpath'?: TaurusValue;
  'assert-xpath'?: TaurusValue;
}

export function readAssertions(source: AssertionSource, texts: FlowTexts, path: Path, problems: Problems): Assertion[] {
  const readAll = (
    keyword: keyof AssertionSource,
    readOne: (value: TaurusValue, texts: FlowTexts, path: Path, problems: Problems) => Assertion | null,
  ): Assertion[] => {
    const value = source[keyword];
    if (value === undefined) return [];
    const at = [...path, keyword];
    const read = Array.isArray(value)
      ? value.map((item, index) => readOne(item, texts, [...at, index], problems))
      : [readOne(value, texts, at, problems)];
    return read.filter((item) => item !== null);
  };
  return [
    ...readAll('assert', readContains),
    ...readAll('assert-jsonpath', readJsonpath),
    ...readAll('assert-xpath', readXpath),
  ];
}

/** Taurus' defaults: a regular expression that the body must contain. */
function readContains(value: TaurusValue, texts: FlowTexts, path: Path, problems: Problems): ContainsAssertion | null {
  const isLong = isMapping(value);
  const read = readMapping(isLong ? value : { contains: value }, assertionKeywords, path, problems);
  if (read === null) return null;
  const at = isLong ? [...path, 'contains'] : path;
  if (read.contains === undefined) {
    problems.add(at, 'is missing: the texts to look for');
    return null;
  }
  const isRegexp = read.regexp ?? true;
  const patterns = Array.isArray(read.contains) ? read.contains : [read.contains];
  if (patterns.length === 0) problems.add(at, 'is an empty list');
  const contains = patterns.flatMap((item, index) => {
    const patternPath = Array.isArray(read.contains) ? [...at, index] : at;
    const text = readSentText(item, patternPath, problems);
    const pattern = text === null ? null : readPattern(text, isRegexp, texts, patternPath, problems);
    return pattern === null ? [] : [pattern];
  });
  const subject = subjects.find((known) => known === (read.subject ?? 'body'));
  if (subject === undefined) {
    const near = didYouMean(read.subject ?? '', subjects) || `: ${subjects.join(', ')} are`;
    problems.add([...path, 'subject'], `${read.subject} is not a part of a response that can be looked into${near}`);
  }
  if (contains.length === 0 || subject === undefined) return null;
  return {
    kind: 'contains',
    contains,
    subject,
    regexp: isRegexp,
    not: read.not ?? false,
    assumeSuccess: read['assume-success'] ?? false,
  };
}

function readPattern(text: string, isRegexp: boolean, texts: FlowTexts, path: Path, problems: Problems): string | null {
  if (text === '') {
    problems.add(path, 'is empty: every response would hold it');
    return null;
  }
  if (!texts.check(text, path)) return null;
  if (!isRegexp) return text;
  checkPattern(text, texts, path, problems, '; regexp: false looks for the text itself');
  return text;
}

/** Without `validate`, a value that is found is enough, whatever is expected. */
function readJsonpath(value: TaurusValue, texts: FlowTexts, path: Path, problems: Problems): JsonpathAssertion | null {
  const isLong = isMapping(value);
  const read = readLongOrShort(value, 'jsonpath', jsonpathAssertionKeywords, path, problems);
  if (read === null) return null;
  const jsonpath = readExpression(read.jsonpath, 'jsonpath', isLong, texts, path, problems);
  if (jsonpath !== null) checkJsonPath(jsonpath, texts, isLong ? [...path, 'jsonpath'] : path, problems);
  const validates = read.validate ?? false;
  const expected = read['expected-value'];
  const expectedPath = [...path, 'expected-value'];
  const expectedText = expected === undefined ? '' : readSentText(expected, expectedPath, problems);
  if (expectedText !== null) texts.check(expectedText, expectedPath);
  if (!validates && (expected !== undefined || read['expect-null'] === true)) {
    problems.warn(`${pathText(path)}: what is expected has no effect without validate: true, as in Taurus`);
  }
  if (jsonpath === null || expectedText === null) return null;
  return {
    kind: 'jsonpath',
    jsonpath,
    expectedValue: validates ? expectedText : null,
    regexp: read.regexp ?? true,
    expectNull: validates && (read['expect-null'] ?? false),
    invert: read.invert ?? false,
  };
}

function readXpath(value: TaurusValue, texts: FlowTexts, path: Path, problems: Problems): XpathAssertion | null {
  const isLong = isMapping(value);
  const read = readLongOrShort(value, 'xpath', xpathAssertionKeywords, path, problems);
  if (read === null) return null;
  const xpath = readExpression(read.xpath, 'xpath', isLong, texts, path, problems);
  if (read['validate-xml'] === true) problems.add([...path, 'validate-xml'], refusedForTaurus('write false'));
  if (xpath === null) return null;
  return {
    kind: 'xpath',
    xpath,
    ignoreWhitespace: read['ignore-whitespace'] ?? true,
    tolerant: read['use-tolerant-parser'] ?? false,
    invert: read.invert ?? false,
  };
}

function readExpression(
  written: string | undefined,
  keyword: string,
  isLong: boolean,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): string | null {
  const at = isLong ? [...path, keyword] : path;
  if (written === undefined || written.trim() === '') {
    problems.add(at, 'is missing: what to look for');
    return null;
  }
  return texts.check(written, at) ? written : null;
}

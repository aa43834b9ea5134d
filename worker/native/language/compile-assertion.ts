/** Assertions, compiled: patterns and paths ready. */

import { compileJsonPath, type JsonPath } from '../../../core/language/json-path.ts';
import { JsonDecimal, type JsonValue, jsonText, sameJson, variableText } from '../../../core/language/json-value.ts';
import { JsonProblem, parseJson } from '../../../core/language/parse-json.ts';
import type { TemplateScope } from '../../../core/language/template.ts';
import type {
  Assertion,
  ContainsAssertion,
  JsonpathAssertion,
  XpathAssertion,
} from '../../../core/scenario/scenario.ts';
import { type Failure, failure } from '../failure.ts';
import { boundedPattern } from './bounded-pattern.ts';
import { compiledFrom, type ResponseView, subjectText, templateAt } from './compiled.ts';
import { jsonOf } from './documents.ts';
import { readJson } from './extract-json.ts';
import { evaluateXpath } from './extract-tree.ts';
import { html } from './html.ts';
import { compileXpath } from './xpath-query.ts';

export interface CompiledAssertion {
  readonly needsHead: boolean;
  readonly needsBody: boolean;
  /** With it, an error status is no failure by itself. */
  readonly assumesSuccess: boolean;
  /** Why the response does not satisfy it; null when it does. */
  check(response: ResponseView, scope: TemplateScope): Failure | null;
}

const SHOWN_CHARACTERS_MAX = 100;
const subjectNames = { body: 'body', headers: 'head', 'http-code': 'response code' } as const;
const notJson = failure('assertion', 'the body is no JSON');
const notXml = failure('assertion', 'the body is no XML that the expression can be followed in');

/** Throws `scenario_invalid` for what cannot be compiled; `path` says where it is. */
export function compileAssertion(assertion: Assertion, path: string): CompiledAssertion {
  switch (assertion.kind) {
    case 'contains':
      return compileContains(assertion, path);
    case 'jsonpath':
      return compileJsonpath(assertion, path);
    case 'xpath':
      return compileXpathAssertion(assertion, path);
  }
}

interface Pattern {
  isIn(text: string): boolean;
  failure: Failure;
}

function compileContains(assertion: ContainsAssertion, path: string): CompiledAssertion {
  const { contains, not, subject } = assertion;
  const patterns = contains.map((text) => compiledFrom(text, path, (filled) => patternOf(filled, assertion)));
  const noPattern = failure('assertion', 'a regular expression that was filled in is not valid');
  return {
    needsHead: subject === 'headers',
    needsBody: subject === 'body',
    assumesSuccess: assertion.assumeSuccess,
    check(response, scope) {
      const text = subjectText(response, subject);
      const problem = subject === 'body' ? response.bodyProblem : null;
      if (problem !== null && text === '') return failure('assertion', problem);
      for (const patternFor of patterns) {
        const pattern = patternFor(scope);
        if (pattern === null) return noPattern;
        // Nothing is in an empty text, not even nothing.
        const isFound = text !== '' && pattern.isIn(text);
        // What was not found may be in the rest.
        if (!isFound && problem !== null) return failure('assertion', problem);
        if (isFound === not) return pattern.failure;
      }
      return null;
    },
  };
}

function patternOf(text: string, { not, regexp, subject }: ContainsAssertion): Pattern {
  const shown = shortened(text);
  const verb = regexp ? (not ? 'matches' : 'does not match') : not ? 'contains' : 'does not contain';
  const failed = failure(
    'assertion',
    `the ${subjectNames[subject]} ${verb} ${regexp ? `/${shown}/` : JSON.stringify(shown)}`,
  );
  if (!regexp) return { failure: failed, isIn: (subjectText) => subjectText.includes(text) };
  const pattern = boundedPattern(text);
  return { failure: failed, isIn: pattern.isIn };
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
}

/** Whether a value is what was expected. */
type Expectation = (value: JsonValue) => boolean;

function compileJsonpath(assertion: JsonpathAssertion, path: string): CompiledAssertion {
  const { invert, expectNull } = assertion;
  const pathFor = compiledFrom(assertion.jsonpath, path, compileJsonPath);
  const written = assertion.expectedValue ?? '';
  const expectationFor = compiledFrom(written, path, (expected) => expectationOf(expected, assertion));
  const jsonpath = templateAt(assertion.jsonpath, path);
  const expectedText = templateAt(written, path);
  const validates = assertion.expectedValue !== null || expectNull;
  const failures = {
    missing: (scope: TemplateScope) =>
      failure('assertion', `JSONPath ${shortened(jsonpath.fill(scope))} finds nothing`),
    different: (scope: TemplateScope) => {
      const expected = expectNull ? 'null' : JSON.stringify(shortened(expectedText.fill(scope)));
      return failure('assertion', `JSONPath ${shortened(jsonpath.fill(scope))} does not find ${expected}`);
    },
    inverted: (scope: TemplateScope) => {
      const found = validates ? `finds ${JSON.stringify(shortened(expectedText.fill(scope)))}` : 'finds something';
      return failure('assertion', `JSONPath ${shortened(jsonpath.fill(scope))} ${found}`);
    },
  };
  const verdict = (response: ResponseView, scope: TemplateScope): Failure | null => {
    const jsonPath = pathFor(scope);
    const document = jsonOf(response.bodyText());
    if (document === null || document[0] === null) return notJson;
    const found = jsonPath === null ? null : readJson(jsonPath, document[0]);
    if (found === null || jsonPath === null || isEmptyList(jsonPath, found.value)) return failures.missing(scope);
    if (!validates) return null;
    return meets(found.value, expectationFor(scope), written, expectNull) ? null : failures.different(scope);
  };
  return {
    needsHead: false,
    needsBody: true,
    assumesSuccess: false,
    check(response, scope) {
      if (response.bodyText() === '') return failure('assertion', response.bodyProblem ?? 'the body is empty');
      const failed = verdict(response, scope);
      if (!invert) return failed;
      return failed === null ? failures.inverted(scope) : null;
    },
  };
}

/** A path to many places has found nothing when its list is empty. */
function isEmptyList(path: JsonPath, value: JsonValue): boolean {
  return !path.isDefinite && Array.isArray(value) && value.length === 0;
}

function meets(value: JsonValue, expects: Expectation | null, expected: string, expectNull: boolean): boolean {
  const isRight = (each: JsonValue): boolean => (expectNull && each === null) || (expects?.(each) ?? false);
  if (!Array.isArray(value)) return isRight(value);
  if (value.length === 0 && expected === '[]') return true;
  return value.some(isRight) || (expects?.(value) ?? false);
}

function expectationOf(expected: string, { regexp }: JsonpathAssertion): Expectation {
  if (regexp) {
    // An empty list, which no regular expression is asked for.
    if (expected === '[]') return () => false;
    const pattern = boundedPattern(expected);
    return (value) => pattern.isWhole(shownValue(value));
  }
  const wanted = expectedValue(expected);
  return (value) => sameJson(value, wanted);
}

function expectedValue(text: string): JsonValue {
  if (text.trim() === '') return '';
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) return text;
    throw error;
  }
}

function shownValue(value: JsonValue): string {
  if (value instanceof JsonDecimal) {
    return Number.isInteger(value.value) ? `${BigInt(value.value)}.0` : String(value.value);
  }
  return Array.isArray(value) ? jsonText(value) : (variableText(value) ?? 'null');
}

function compileXpathAssertion(assertion: XpathAssertion, path: string): CompiledAssertion {
  const { invert, tolerant } = assertion;
  if (tolerant) html();
  const queryFor = compiledFrom(assertion.xpath, path, compileXpath);
  const xpath = templateAt(assertion.xpath, path);
  return {
    needsHead: false,
    needsBody: true,
    assumesSuccess: false,
    check(response, scope) {
      const text = response.bodyText();
      if (text === '') return failure('assertion', response.bodyProblem ?? 'the body is empty');
      const query = queryFor(scope);
      const result = query === null ? null : evaluateXpath(text, query, tolerant);
      if (result === null) return notXml;
      const shown = shortened(xpath.fill(scope));
      if (typeof result === 'string' || typeof result === 'number') {
        return failure('assertion', `XPath ${shown} gives neither nodes nor a truth`);
      }
      const holds = Array.isArray(result) ? result.length > 0 : result;
      if (holds !== invert) return null;
      return failure('assertion', `XPath ${shown} ${invert ? 'finds something' : 'finds nothing'}`);
    },
  };
}

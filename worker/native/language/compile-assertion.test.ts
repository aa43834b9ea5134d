// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of scenarios.
import { describe, expect, it } from 'vitest';
import { type GoldenCase, readGoldens, scopeOf } from '../../../core/language/fixtures/goldens.ts';
import type {
  Assertion,
  ContainsAssertion,
  JsonpathAssertion,
  XpathAssertion,
} from '../../../core/scenario/scenario.ts';
import { compileAssertion } from './compile-assertion.ts';
import { assertionOf, type GoldenResponse, type Properties, viewOf } from './fixtures/jmeter-elements.ts';

interface AssertionCase extends GoldenCase {
  props: Properties;
  response: GoldenResponse;
  result: { fails?: boolean };
}

const { cases, shared } = readGoldens<AssertionCase>(new URL('assertion.goldens.json', import.meta.url));

describe("what JMeter's assertions say", () => {
  it.each(cases.map((each, index) => [index, Object.values(each.props).join(' | '), each] as const))(
    '%i: %s',
    (_, __, each) => {
      const assertion = assertionOf(each.props);
      if (each.refused) {
        expect(() => compileAssertion(assertion, 'here')).toThrow(/^here: /);
        return;
      }
      const failed = compileAssertion(assertion, 'here').check(
        viewOf(each.response, shared.bodies),
        scopeOf(each.variables),
      );
      expect(failed !== null).toBe(each.result.fails ?? false);
    },
  );
});

const contains: ContainsAssertion = {
  kind: 'contains',
  contains: ['tea'],
  subject: 'body',
  regexp: false,
  not: false,
  assumeSuccess: false,
};
const jsonpath: JsonpathAssertion = {
  kind: 'jsonpath',
  jsonpath: '$.a',
  expectedValue: null,
  regexp: false,
  expectNull: false,
  invert: false,
};
const xpath: XpathAssertion = { kind: 'xpath', xpath: '//a', ignoreWhitespace: true, tolerant: false, invert: false };
const messageOf = (assertion: Assertion, body: string, variables = {}): string | undefined =>
  compileAssertion(assertion, 'here').check(viewOf({ body, code: 418 }, {}), scopeOf(variables))?.message;

describe('why a response fails', () => {
  it.each<[Assertion, string, string]>([
    [{ ...contains }, 'coffee', 'the body does not contain "tea"'],
    [{ ...contains, not: true }, 'tea', 'the body contains "tea"'],
    [{ ...contains, regexp: true }, 'coffee', 'the body does not match /tea/'],
    [{ ...contains, subject: 'http-code' }, '', 'the response code does not contain "tea"'],
    [{ ...contains, subject: 'headers', not: true, contains: ['200'] }, '', 'the head contains "200"'],
    [{ ...contains, contains: ['${x}'] }, 'coffee', 'the body does not contain "green tea"'],
    [{ ...contains, contains: ['a'.repeat(200)] }, 'x', `the body does not contain "${'a'.repeat(100)}..."`],
    [{ ...jsonpath }, '{}', 'JSONPath $.a finds nothing'],
    [{ ...jsonpath }, 'no', 'JSONPath $.a finds nothing'],
    [{ ...jsonpath }, '{', 'the body is no JSON'],
    [{ ...jsonpath }, '', 'the body is empty'],
    [{ ...jsonpath, expectedValue: '${x}' }, '{"a":1}', 'JSONPath $.a does not find "green tea"'],
    [{ ...jsonpath, expectNull: true }, '{"a":1}', 'JSONPath $.a does not find null'],
    [{ ...jsonpath, invert: true }, '{"a":1}', 'JSONPath $.a finds something'],
    [{ ...jsonpath, invert: true, expectedValue: '1' }, '{"a":1}', 'JSONPath $.a finds "1"'],
    [{ ...xpath }, '<b/>', 'XPath //a finds nothing'],
    [{ ...xpath, invert: true }, '<a/>', 'XPath //a finds something'],
    [{ ...xpath }, '<a>', 'the body is no XML that the expression can be followed in'],
    [{ ...xpath, xpath: 'count(//a)' }, '<a/>', 'XPath count(//a) gives neither nodes nor a truth'],
  ])('%j of %j', (assertion, body, message) => {
    expect(messageOf(assertion, body, { x: 'green tea' })).toBe(message);
  });

  it('says that there may be more than was looked into', () => {
    const view = { ...viewOf({ body: 'begin' }, {}), bodyProblem: 'the body is too large' };
    const check = (assertion: Assertion) => compileAssertion(assertion, 'here').check(view, scopeOf())?.message ?? null;
    expect(check({ ...contains })).toBe('the body is too large');
    expect(check({ ...contains, not: true })).toBe('the body is too large');
    expect(check({ ...contains, contains: ['beg'] })).toBeNull();
    expect(check({ ...contains, contains: ['beg'], not: true })).toBe('the body contains "beg"');
  });

  it('gives up on a pattern that would take forever', () => {
    expect(messageOf({ ...contains, regexp: true, contains: ['^(a+)+\\1$'] }, `${'a'.repeat(5_000)}!`)).toContain(
      'does not match',
    );
    expect(messageOf({ ...contains, regexp: true, contains: ['^(a+)+$'] }, `${'a'.repeat(50_000)}!`)).toContain(
      'does not match',
    );
  });
});

it('asks for no more than it looks into', () => {
  const needs = (assertion: Assertion) => {
    const { needsHead, needsBody, assumesSuccess } = compileAssertion(assertion, 'here');
    return [needsHead, needsBody, assumesSuccess];
  };
  expect(needs({ ...contains, assumeSuccess: true })).toEqual([false, true, true]);
  expect(needs({ ...contains, subject: 'headers' })).toEqual([true, false, false]);
  expect(needs({ ...contains, subject: 'http-code' })).toEqual([false, false, false]);
  expect(needs(jsonpath)).toEqual([false, true, false]);
  expect(needs(xpath)).toEqual([false, true, false]);
});

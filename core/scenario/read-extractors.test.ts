// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { read, requestProblemsOf, requestText, stepOf } from './fixtures/texts.ts';

const base = { variable: 'v', defaultValue: 'NOT_FOUND', matchNo: 1, scope: 'main', fromVariable: null };
const regexp = { ...base, kind: 'regexp', regexp: 'a(b)', template: '$1$', subject: 'body' };
const jsonpath = { ...base, kind: 'jsonpath', jsonpath: '$.a', concat: false, matchNo: 0 };
const css = { ...base, kind: 'css', expression: 'a', attribute: null, matchNo: 0 };
const xpath = { ...base, kind: 'xpath', xpath: '//a', ignoreWhitespace: true, tolerant: false, matchNo: -1 };
const boundary = { ...base, kind: 'boundary', left: '<', right: '>', subject: 'body' };

describe('extractors', () => {
  it.each([
    ['extract-regexp: {v: a(b)}', regexp],
    [
      'extract-regexp: {v: {regexp: a(b), template: 2, match-no: 0, subject: Headers, default: 5}}',
      { ...regexp, template: '$2$', matchNo: 0, subject: 'headers', defaultValue: '5' },
    ],
    ['extract-regexp: {v: {regexp: a(b), template: $1$-$2$}}', { ...regexp, template: '$1$-$2$' }],
    ['extract-regexp: {v: {regexp: a(b), match-no: -3}}', { ...regexp, matchNo: -1 }],
    ['extract-regexp: {v: {regexp: a(b), match-no: "2"}}', { ...regexp, matchNo: 2 }],
    ['extract-regexp: {v: (?i)A(b)}', { ...regexp, regexp: '(?i)A(b)' }],
    ['extract-regexp: {v: {regexp: a(b), subject: http-code}}', { ...regexp, subject: 'http-code' }],
    ['extract-regexp: {v: {regexp: a(b), subject: url, scope: all}}', { ...regexp, subject: 'url', scope: 'all' }],
    [
      'extract-regexp: {v: {regexp: a(b), scope: variable, from-variable: w}}',
      { ...regexp, scope: 'variable', fromVariable: 'w' },
    ],
    ['extract-jsonpath: {v: $.a}', jsonpath],
    [
      'extract-jsonpath: {v: {jsonpath: $.a, concat: true, match-no: -1, default: ""}}',
      { ...jsonpath, concat: true, matchNo: -1, defaultValue: '' },
    ],
    ['extract-css-jquery: {v: a}', css],
    [
      'extract-css-jquery: {v: {expression: a, attribute: href, match-no: 1, scope: children}}',
      { ...css, attribute: 'href', matchNo: 1, scope: 'children' },
    ],
    ['extract-xpath: {v: //a}', xpath],
    [
      'extract-xpath: {v: {xpath: //a, ignore-whitespace: false, use-tolerant-parser: true, match-no: 1}}',
      { ...xpath, ignoreWhitespace: false, tolerant: true, matchNo: 1 },
    ],
    ['extract-boundary: {v: {left: <, right: ">"}}', boundary],
    ['extract-boundary: {v: {left: <, right: ">", subject: response-headers}}', { ...boundary, subject: 'headers' }],
    ['extract-boundary: {v: {left: <, right: ">", subject: code}}', { ...boundary, subject: 'http-code' }],
  ])('reads {%s}', (keywords, extractor) => {
    expect(stepOf(`{url: /a, ${keywords}}`).extractors).toEqual([extractor]);
  });

  it('look in the order in which Taurus lets them', () => {
    const { extractors } = stepOf(
      '{url: /a, extract-xpath: {e: //a}, extract-css-jquery: {d: a}, extract-jsonpath: {c: $}, extract-regexp: {b: (a), b2: (a)}, extract-boundary: {a: {left: l, right: r}}}',
    );
    expect(extractors.map(({ variable }) => variable)).toEqual(['a', 'b', 'b2', 'c', 'd', 'e']);
  });

  it.each([
    ['extract-regexp: {v: {template: 1}}', '.extract-regexp.v.regexp: is missing'],
    ['extract-regexp: {v: [a]}', '.extract-regexp.v: a list is not a text'],
    ['extract-regexp: [a]', '.extract-regexp: a list is not a mapping'],
    ['extract-regexp: {v: "a("}', expect.stringMatching(/^\.extract-regexp\.v: is no regular expression: /)],
    [
      'extract-regexp: {v: {regexp: (a), subject: bdoy}}',
      '.extract-regexp.v.subject: bdoy is not a part of a response that can be looked into; did you mean body?',
    ],
    [
      'extract-regexp: {v: {regexp: (a), match-no: x}}',
      '.extract-regexp.v.match-no: "x" is not a whole number of 0 or more',
    ],
    [
      'extract-regexp: {v: {regexp: (a), scope: alle}}',
      '.extract-regexp.v.scope: alle is not a scope; did you mean all?',
    ],
    [
      'extract-regexp: {v: {regexp: (a), scope: variable}}',
      '.extract-regexp.v.from-variable: is missing: the variable to look into',
    ],
    ['extract-regexp: {v: "${__nope()}"}', expect.stringMatching(/^\.extract-regexp\.v: .*__nope/)],
    ['extract-regexp: {v: {regexp: (a), group: 1}}', '.extract-regexp.v.group: not a keyword of a regexp extractor'],
    [
      'extract-xpath: {v: {xpath: //a, use-namespaces: true}}',
      '.extract-xpath.v.use-namespaces: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or write false',
    ],
    [
      'extract-boundary: {v: a}',
      '.extract-boundary.v: "a" is not a boundary extractor: a mapping of keywords is expected',
    ],
    ['extract-jsonpath: {v: "$["}', expect.stringMatching(/^\.extract-jsonpath\.v: /)],
    ['extract-jsonpath: {v: $.a.length()}', expect.stringMatching(/^\.extract-jsonpath\.v: length\(\) is not/)],
    ['extract-boundary: {v: {left: a}}', '.extract-boundary.v.right: is missing'],
    [
      'extract-boundary: {v: {left: a, right: b, subject: message}}',
      '.extract-boundary.v.subject: message: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or use one of body, response-headers, code, url',
    ],
  ])('{%s} is refused', (keywords, problem) => {
    expect(requestProblemsOf(`{url: /a, ${keywords}}`)).toEqual([problem]);
  });

  it('warn of a variable to look into that is not looked into', () => {
    const { warnings } = read(requestText('{url: /a, extract-jsonpath: {v: {jsonpath: $.a, from-variable: w}}}'));
    expect(warnings).toEqual([
      'scenarios.s.requests[0].extract-jsonpath.v.from-variable: has no effect without scope: variable, as in Taurus',
    ]);
  });
});

describe('assert-jsonpath and assert-xpath', () => {
  const jsonpathAssertion = {
    kind: 'jsonpath',
    jsonpath: '$.a',
    expectedValue: null,
    regexp: true,
    expectNull: false,
    invert: false,
  };
  const xpathAssertion = { kind: 'xpath', xpath: '//a', ignoreWhitespace: true, tolerant: false, invert: false };

  it.each([
    ['assert-jsonpath: [$.a]', [jsonpathAssertion]],
    ['assert-jsonpath: $.a', [jsonpathAssertion]],
    [
      'assert-jsonpath: [{jsonpath: $.a, validate: true, expected-value: 5, regexp: false, invert: true}]',
      [{ ...jsonpathAssertion, expectedValue: '5', regexp: false, invert: true }],
    ],
    ['assert-jsonpath: [{jsonpath: $.a, validate: true}]', [{ ...jsonpathAssertion, expectedValue: '' }]],
    [
      'assert-jsonpath: [{jsonpath: $.a, validate: true, expect-null: true}]',
      [{ ...jsonpathAssertion, expectedValue: '', expectNull: true }],
    ],
    ['assert-jsonpath: [{jsonpath: $.a, expected-value: b, expect-null: true}]', [jsonpathAssertion]],
    ['assert-xpath: [//a]', [xpathAssertion]],
    [
      'assert-xpath: [{xpath: //a, ignore-whitespace: no, use-tolerant-parser: yes, invert: yes, validate: yes}]',
      [{ ...xpathAssertion, ignoreWhitespace: false, tolerant: true, invert: true }],
    ],
    [
      'assert-xpath: [//a], assert-jsonpath: [$.a], assert: [x]',
      [expect.objectContaining({ kind: 'contains' }), jsonpathAssertion, xpathAssertion],
    ],
  ])('reads {%s}', (keywords, assertions) => {
    expect(stepOf(`{url: /a, ${keywords}}`).assertions).toEqual(assertions);
  });

  it.each([
    ['assert-jsonpath: [{validate: true}]', '.assert-jsonpath[0].jsonpath: is missing: what to look for'],
    ['assert-jsonpath: ["$["]', expect.stringMatching(/^\.assert-jsonpath\[0\]: /)],
    ['assert-jsonpath: [{jsonpath: "$["}]', expect.stringMatching(/^\.assert-jsonpath\[0\]\.jsonpath: /)],
    ['assert-jsonpath: [""]', '.assert-jsonpath[0]: is missing: what to look for'],
    ['assert-jsonpath: ["${__nope()}"]', expect.stringMatching(/^\.assert-jsonpath\[0\]: .*__nope/)],
    ['assert-jsonpath: [{jsonpath: $.a, expected: 5}]', expect.stringMatching(/\.expected: not a keyword/)],
    [
      'assert-xpath: [{xpath: //a, validate-xml: true}]',
      '.assert-xpath[0].validate-xml: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or write false',
    ],
  ])('{%s} is refused', (keywords, problem) => {
    expect(requestProblemsOf(`{url: /a, ${keywords}}`)).toEqual([problem]);
  });

  it('warns of an expected value that nobody compares', () => {
    expect(read(requestText('{url: /a, assert-jsonpath: [{jsonpath: $.a, expected-value: b}]}')).warnings).toEqual([
      'scenarios.s.requests[0].assert-jsonpath[0]: what is expected has no effect without validate: true, as in Taurus',
    ]);
  });
});

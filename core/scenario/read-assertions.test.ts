// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { requestProblemsOf, stepOf } from './fixtures/texts.ts';

describe('assert', () => {
  const assertion = { kind: 'contains', subject: 'body', regexp: true, not: false, assumeSuccess: false };
  it.each([
    ['assert: .+App.+', [{ ...assertion, contains: ['.+App.+'] }]],
    [
      'assert: [a, 200]',
      [
        { ...assertion, contains: ['a'] },
        { ...assertion, contains: ['200'] },
      ],
    ],
    ['assert: [{contains: [a, b]}]', [{ ...assertion, contains: ['a', 'b'] }]],
    ['assert: {contains: 2.., subject: http-code}', [{ ...assertion, contains: ['2..'], subject: 'http-code' }]],
    [
      'assert: [{contains: "a[", regexp: false, not: true, subject: headers, assume-success: true}]',
      [{ kind: 'contains', contains: ['a['], subject: 'headers', regexp: false, not: true, assumeSuccess: true }],
    ],
    ['assert: (?i)error', [{ ...assertion, contains: ['(?i)error'] }]],
    ['assert: []', []],
  ])('reads %j', (keywords, assertions) => {
    expect(stepOf(`{url: /a, ${keywords}}`).assertions).toEqual(assertions);
  });

  it.each([
    ['assert: "a["', /^\.assert: \[ is open .*; regexp: false looks for the text itself$/],
    ['assert: [ok, ""]', /^\.assert\[1\]: is empty: every response would hold it$/],
    ['assert: [{contains: []}]', /^\.assert\[0\]\.contains: is an empty list$/],
    ['assert: [{subject: body}]', /^\.assert\[0\]\.contains: is missing: the texts to look for$/],
    ['assert: [{contains: [a, [b]]}]', /^\.assert\[0\]\.contains\[1\]: a list is not a text$/],
    [
      'assert: [{contains: a, subject: bdoy}]',
      /^\.assert\[0\]\.subject: bdoy is not a part of a response that can be looked into; did you mean body\?$/,
    ],
    [
      'assert: [{contains: a, regex: no}]',
      /^\.assert\[0\]\.regex: not a keyword of an assertion; did you mean regexp\?$/,
    ],
    ['assert: ["${__nope()}"]', /^\.assert\[0\]: .*__nope/],
    ['assert: 5.5', null],
  ])('says what is wrong with %j', (keywords, problem) => {
    const problems = requestProblemsOf(`{url: /a, ${keywords}}`);
    if (problem === null) expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});

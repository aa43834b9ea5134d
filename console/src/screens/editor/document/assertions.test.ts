import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../../../core/scenario/read-scenario.ts';
import { applyEdit, type Edit } from './apply-edit.ts';
import { type AssertionRow, addAssertion, readAssertions, removeAssertion, setAssertion } from './assertions.ts';
import { parseText } from './editable-document.ts';

const AT = ['scenarios', 's', 'requests', 0];
const withAssertions = (lines: string) =>
  `execution: {scenario: s, iterations: 1}\nscenarios:\n  s:\n    requests:\n    - url: http://a.test/\n      ${lines.replaceAll('\n', '\n      ')}\n`;

function edited(lines: string, edit: Edit): string {
  const text = applyEdit(withAssertions(lines), 'yaml', edit);
  readScenario({ sources: [{ name: 'x', text }] });
  return text
    .slice(text.indexOf('a.test/\n') + 8)
    .replaceAll(/^ {6}/gm, '')
    .trim();
}

const change = (lines: string, index: number, changes: Partial<AssertionRow>) =>
  edited(lines, (document) => {
    const row = readAssertions(document, AT)[index]!;
    setAssertion(document, AT, row, { ...row, ...changes });
  });

describe('assertions', () => {
  it.each<[string, Partial<AssertionRow>]>([
    ['assert: welcome', { part: 'body', rule: 'matches', expression: 'welcome' }],
    ['assert: [{contains: [x], regexp: no, not: yes}]', { part: 'body', rule: 'contains-not', expression: 'x' }],
    ['assert: [{contains: "201", subject: http-code}]', { part: 'http-code', rule: 'matches', expression: '201' }],
    ['assert: [{contains: [a, b]}]', { isOther: true }],
    ['assert-jsonpath: [$.a]', { part: 'jsonpath', rule: 'exists', expression: '$.a' }],
    ['assert-jsonpath: {jsonpath: $.a, invert: true}', { part: 'jsonpath', rule: 'exists-not', expression: '$.a' }],
    [
      'assert-jsonpath: [{jsonpath: $.a, validate: true, expected-value: 5, regexp: false}]',
      { part: 'jsonpath', rule: 'equals', expression: '$.a', expected: '5' },
    ],
    ['assert-jsonpath: [{jsonpath: $.a, validate: true, expect-null: true}]', { isOther: true }],
    ['assert-xpath: [//a]', { part: 'xpath', rule: 'exists', expression: '//a' }],
  ])('%s is read', (lines, expected) => {
    expect(readAssertions(parseText(withAssertions(lines)), AT)).toEqual([expect.objectContaining(expected)]);
  });

  it.each<[string, Partial<AssertionRow>, string]>([
    ['assert:\n- a # why\n- b', { expression: 'x' }, 'assert:\n- x\n- b'],
    ['assert: a', { expression: 'x' }, 'assert:\n- x'],
    ['assert: [a]', { rule: 'contains' }, 'assert: [{contains: [a], regexp: false}]'],
    [
      'assert: [{contains: [a], regexp: true, assume-success: true}]',
      { expression: 'b' },
      'assert: [{contains: [b], regexp: true, assume-success: true}]',
    ],
    ['assert: [{contains: a, regexp: false}]', { rule: 'matches' }, 'assert: [{contains: a}]'],
    [
      'assert: [a]',
      { part: 'http-code', rule: 'matches', expression: '2..' },
      'assert: [{contains: [2..], subject: http-code}]',
    ],
    ['assert: [a]', { part: 'jsonpath', rule: 'exists', expression: '$.a' }, 'assert-jsonpath:\n- $.a'],
    [
      'assert-jsonpath: [$.a]',
      { rule: 'equals', expected: 'yes' },
      "assert-jsonpath: [{jsonpath: $.a, validate: true, expected-value: 'yes', regexp: false}]",
    ],
    [
      'assert-jsonpath:\n- jsonpath: $.a\n  validate: true\n  expected-value: "5" # five',
      { expression: '$.b' },
      'assert-jsonpath:\n- jsonpath: $.b\n  validate: true\n  expected-value: "5" # five',
    ],
    [
      'assert-jsonpath: [{jsonpath: $.a, validate: true, expected-value: 5}]',
      { rule: 'exists' },
      'assert-jsonpath: [{jsonpath: $.a}]',
    ],
    ['assert-xpath: [//a]', { rule: 'exists-not' }, 'assert-xpath: [{xpath: //a, invert: true}]'],
  ])('%j with %j', (lines, changes, expected) => {
    expect(change(lines, 0, changes)).toBe(expected);
  });

  it('are added to a request that is only a url, and taken away', () => {
    const text = 'r:\n- /\n';
    const added = applyEdit(text, 'yaml', (document) => addAssertion(document, ['r', 0]));
    expect(added).toBe('r:\n- url: /\n  assert:\n  - text\n');
    const gone = applyEdit(added, 'yaml', (document) => {
      removeAssertion(document, ['r', 0], readAssertions(document, ['r', 0])[0]!);
    });
    expect(gone).toBe('r:\n- url: /\n');
  });
});

import { describe, expect, it } from 'vitest';
import * as keywords from '../../../../../core/scenario/step-keywords.ts';
import { applyEdit } from './apply-edit.ts';
import { parseText } from './editable-document.ts';
import { readRows, writeRows } from './mapping-rows.ts';
import { addRequest, blockKeywords, flowsOf, setRequestText, stepsOf } from './requests.ts';

const FLOW = ['scenarios', 's'];
const text = `scenarios:
  s:
    requests:
    - /short # a url
    - {url: /post, method: post, label: Post}
    - if: a == 1
      then: [/x, /y]
    - set-variables: {a: 1}
    - *nobody
    - [1]
    -
`;

describe('steps', () => {
  it('are requests, and what only YAML shows', () => {
    expect(stepsOf(parseText(text.replace('    - *nobody\n', '')), FLOW)).toEqual([
      { kind: 'request', method: 'GET', url: '/short', label: '/short' },
      { kind: 'request', method: 'POST', url: '/post', label: 'Post' },
      { kind: 'other', what: 'if', label: 'a == 1, 2 steps' },
      { kind: 'other', what: 'set-variables', label: '' },
      { kind: 'other', what: 'step', label: '' },
      { kind: 'request', method: 'GET', url: '', label: '' },
    ]);
    expect(stepsOf(parseText('scenarios: {s: {requests: x}}'), FLOW)).toBe(null);
    expect(stepsOf(parseText('scenarios: {s: }'), FLOW)).toEqual([]);
  });

  it('know all blocks of the language', () => {
    expect(blockKeywords).toEqual(Object.keys(keywords.blockKeywords));
  });

  it('that are only a url become mappings when more is said of them', () => {
    const edited = applyEdit(text.replace('    - *nobody\n', ''), 'yaml', (document) =>
      setRequestText(document, [...FLOW, 'requests', 0], 'label', 'Home'),
    );
    expect(edited).toContain('    - url: /short # a url\n      label: Home\n');
    const url = applyEdit(edited, 'yaml', (document) =>
      setRequestText(document, [...FLOW, 'requests', 0], 'url', '/x'),
    );
    expect(url).toContain('    - url: /x # a url\n');
  });

  it('are added where there were none', () => {
    const edited = applyEdit('execution: {scenario: s}\n', 'yaml', (document) => addRequest(document, FLOW));
    expect(edited).toMatch(/scenarios:\n {2}s:\n {4}requests:\n\s+- url: \/\n$/);
  });

  it('are those of scenarios inside executions too', () => {
    const document = parseText('execution: [{scenario: {requests: [/]}}]\nscenarios: {a: {}, b: {}}');
    expect(flowsOf(document).map(({ path }) => path)).toEqual([
      ['scenarios', 'a'],
      ['scenarios', 'b'],
      ['execution', 0, 'scenario'],
    ]);
  });
});

describe('headers and other mappings', () => {
  const headers = 'h:\n  A: "1" # one\n  B: two\n  C: [3]\n';
  const write = (change: (rows: ReturnType<typeof readRows>) => ReturnType<typeof readRows>) =>
    applyEdit(headers, 'yaml', (document) => writeRows(document, ['h'], change(readRows(document, ['h']))));

  it('are named anew where they stand, with their comments', () => {
    expect(write(([a, ...rows]) => [{ ...a!, name: 'Accept' }, ...rows])).toBe(headers.replace('A:', 'Accept:'));
  });

  it('keep what the form cannot show', () => {
    expect(write(([a, b, c]) => [a!, { ...b!, text: 'yes' }, { ...c!, name: 'D' }])).toBe(
      'h:\n  A: "1" # one\n  B: \'yes\'\n  D: [3]\n',
    );
  });

  it('change names with each other', () => {
    expect(write(([a, b, c]) => [{ ...a!, name: 'B' }, { ...b!, name: 'A' }, c!])).toBe(
      'h:\n  B: "1" # one\n  A: two\n  C: [3]\n',
    );
  });

  it('take no name twice, and none that is empty', () => {
    const added = { name: 'A', text: 'again', from: null, isOther: false };
    expect(write((rows) => [...rows, added, { ...added, name: '' }])).toBe(headers);
  });

  it('go with the last one', () => expect(write(() => [])).toBe('{}\n'));
});

import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../../../core/scenario/read-scenario.ts';
import { applyEdit } from './apply-edit.ts';
import { parseText } from './editable-document.ts';
import { type ExtractorRow, newExtractor, readExtractors, writeExtractors } from './extractors.ts';

const AT = ['scenarios', 's', 'requests', 0];
const text = `execution: {scenario: s, iterations: 1}
scenarios:
  s:
    requests:
    - url: http://a.test/
      extract-regexp:
        id: 'id=(\\d+)' # of the order
        word: {regexp: (\\w+), template: 1, subject: headers}
      extract-boundary:
        token: {left: '"', right: '"', default: none}
`;

function write(change: (rows: ExtractorRow[]) => ExtractorRow[]): string {
  const edited = applyEdit(text, 'yaml', (document) =>
    writeExtractors(document, AT, change(readExtractors(document, AT))),
  );
  readScenario({ sources: [{ name: 'x', text: edited }] });
  return edited;
}

describe('extractors', () => {
  it('are read in the order in which they look', () => {
    expect(
      readExtractors(parseText(text), AT).map(({ expression, kind, name, right }) => [kind, name, expression, right]),
    ).toEqual([
      ['extract-boundary', 'token', '"', '"'],
      ['extract-regexp', 'id', 'id=(\\d+)', ''],
      ['extract-regexp', 'word', '(\\w+)', ''],
    ]);
  });

  it('stay as they are when nothing is changed', () => expect(write((rows) => rows)).toBe(text));

  it('change alone', () => {
    const edited = write(([token, id, word]) => [token!, { ...id!, name: 'number' }, { ...word!, matchNo: '0' }]);
    expect(edited).toBe(
      text
        .replace("        id: 'id", "        number: 'id")
        .replace('subject: headers}', 'subject: headers, match-no: 0}'),
    );
  });

  it('are found in another way, and are more than an expression when they say more', () => {
    const edited = write(([token, id, word]) => [
      token!,
      { ...id!, kind: 'extract-jsonpath', expression: '$.id', defaultValue: 'no' },
      word!,
    ]);
    expect(edited).toContain(
      "      extract-jsonpath:\n        id:\n          jsonpath: $.id\n          default: 'no'\n",
    );
    expect(edited).not.toContain('of the order');
  });

  it('are added and taken away', () => {
    const added = { ...newExtractor(), name: 'a b', expression: '$.x' };
    expect(write((rows) => [...rows, added, newExtractor()])).toBe(
      `${text}      extract-jsonpath:\n        a b: $.x\n`,
    );
    expect(write(([token]) => [token!])).not.toContain('extract-regexp');
  });
});

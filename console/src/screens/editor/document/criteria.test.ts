import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCriterion } from '../../../../../core/criteria/parse-criterion.ts';
import { applyEdit, type Edit } from './apply-edit.ts';
import {
  addCriterion,
  type CriterionParts,
  criteriaOf,
  criterionDefault,
  removeCriterion,
  setCriterion,
  shortForm,
} from './criteria.ts';
import { parseText } from './editable-document.ts';

const withCriteria = (lines: string) =>
  `reporting:\n- module: passfail\n  criteria:\n  ${lines.replaceAll('\n', '\n  ')}\n`;
const edited = (lines: string, edit: Edit) =>
  applyEdit(withCriteria(lines), 'yaml', edit)
    .replace('reporting:\n- module: passfail\n  criteria:\n', '')
    .replaceAll(/^ {2}/gm, '')
    .trim();
const change = (lines: string, changes: Partial<CriterionParts>) =>
  edited(lines, (document) => {
    const row = criteriaOf(document)[0]!;
    setCriterion(document, row, { ...row.parts!, ...changes });
  });

const windows = [
  { logic: '', timeframe: '' },
  { logic: 'for', timeframe: '10s' },
  { logic: 'within', timeframe: '1m30s' },
  { logic: 'over', timeframe: '5s' },
];

const parts: fc.Arbitrary<CriterionParts> = fc
  .tuple(
    fc.constantFrom(...windows),
    fc.record({
      message: fc.constantFrom('', 'slow', 'too slow: really'),
      subject: fc.constantFrom('p95', 'avg-rt', 'fail', 'rc5??', 'hits'),
      label: fc.constantFrom('', 'Home page', 'a, b', 'x:y', 'of of', 'a>b', ' padded'),
      condition: fc.constantFrom('>', '<', '>=', '<=', '='),
      threshold: fc.constantFrom('500ms', '5', '1.5'),
      stop: fc.boolean(),
      fail: fc.boolean(),
    }),
  )
  .map(([window, rest]) => ({ ...rest, ...window }));

describe('criteria', () => {
  it('mean in the document what the row says, in the short form or in the long one', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const text = applyEdit(withCriteria('- p50>1s'), 'yaml', (document) => {
          setCriterion(document, criteriaOf(document)[0]!, given);
        });
        const [row] = criteriaOf(parseText(text));
        expect(row?.parts).toEqual(given);
        // And short ones are read by the control plane as they were meant.
        const short = shortForm(given);
        if (short === null || Number.isNaN(Number(given.threshold)) || given.subject === 'rc5??') return;
        expect(parseCriterion(short)).toMatchObject({ label: given.label, stop: given.stop, fail: given.fail });
      }),
    );
  });

  it('that are written short stay short while they can', () => {
    expect(change('- p95 of Home page > 500ms for 10s  # slow\n- fail>1%', { threshold: '1s' })).toBe(
      '- p95 of Home page>1s for 10s # slow\n- fail>1%'.replace(' # slow', ''),
    );
    expect(change('- p95>1s', { label: 'a, b' })).toBe(
      '- subject: p95\n  label: a, b\n  condition: ">"\n  threshold: 1s',
    );
  });

  it('that are written long stay long, with what is not changed', () => {
    const long = '- subject: p95 # which\n  condition: ">"\n  threshold: 1s\n  stop: true\n  fail: yes';
    expect(change(long, { threshold: '2s', stop: false })).toBe(
      long.replace('1s', '2s').replace('stop: true', 'stop: false'),
    );
  });

  it('of a mapping keep their messages', () => {
    const text = 'reporting: [{module: passfail, criteria: {slow: p95>1s, bad: fail>0}}]\n';
    expect(criteriaOf(parseText(text))[0]).toMatchObject({ parts: { message: 'slow' } });
    const edited = applyEdit(text, 'yaml', (document) => {
      const row = criteriaOf(document)[0]!;
      setCriterion(document, row, { ...row.parts!, threshold: '2s' });
    });
    expect(edited).toBe(text.replace('1s', '2s'));
  });

  it('that are not understood are only shown', () => {
    const rows = criteriaOf(parseText(withCriteria('- what is this\n- {subject: p95, class: x}\n- [1]')));
    expect(rows.map((row) => row.parts)).toEqual([null, null, null]);
  });

  it('begin with a module of their own, and end with it', () => {
    const text = 'reporting:\n- final-stats\n';
    const added = applyEdit(text, 'yaml', addCriterion);
    expect(added).toBe(`${text}- module: passfail\n  criteria:\n  - ${shortForm(criterionDefault)}\n`);
    expect(applyEdit(added, 'yaml', (document) => removeCriterion(document, criteriaOf(document)[0]!))).toBe(text);
    expect(
      applyEdit('a: 1\n', 'yaml', (document) => {
        addCriterion(document);
        addCriterion(document);
        removeCriterion(document, criteriaOf(document)[1]!);
        removeCriterion(document, criteriaOf(document)[0]!);
      }),
    ).toBe('a: 1\n');
  });
});

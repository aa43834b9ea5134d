/** What a response must hold. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Path } from '../../../../../core/input/problems.ts';
import {
  type AssertionPart,
  type AssertionRow,
  type AssertionRule,
  addAssertion,
  readAssertions,
  removeAssertion,
  rulesOf,
  setAssertion,
} from '../document/assertions.ts';
import { type Choice, ChoiceSelect } from './fields.tsx';
import { problemsBelow, useForm } from './form-context.ts';
import { type Columns, type Layout, RowInput, RowsEditor } from './rows-editor.tsx';

const parts: readonly Choice<AssertionPart>[] = [
  { value: 'body', label: 'Body' },
  { value: 'http-code', label: 'Status code' },
  { value: 'headers', label: 'Headers' },
  { value: 'jsonpath', label: 'JSONPath' },
  { value: 'xpath', label: 'XPath' },
];

const ruleNames: Readonly<Record<AssertionRule, string>> = {
  contains: 'contains the text',
  'contains-not': 'does not contain the text',
  matches: 'matches the pattern',
  'matches-not': 'does not match the pattern',
  exists: 'is there',
  'exists-not': 'is not there',
  equals: 'is the text',
  like: 'matches the pattern',
};

const layout: Layout = [
  { breakpoint: 's', rows: [[2, 3, 5]], removeButton: { width: 'auto' } },
  { breakpoint: 'xs', rows: [[1, 1], [1]] },
  { rows: [[1], [1], [1]] },
];

export function AssertionsEditor({ path }: { path: Path }) {
  const form = useForm();
  const rows = readAssertions(form.document, path);
  return (
    <RowsEditor
      what="assertion"
      rows={rows}
      nameOf={({ expression }) => expression}
      empty="A status below 400 is a success."
      layout={layout}
      onAdd={() => form.edit([...path, 'assert'], (document) => addAssertion(document, path))}
      onRemove={(index) => {
        const row = rows[index];
        if (row !== undefined) form.edit(row.path, (document) => removeAssertion(document, path, row));
      }}
      columns={columns(
        (row, change) => form.edit(row.path, (document) => setAssertion(document, path, row, { ...row, ...change })),
        (row) => problemsBelow(form, row.path).join(' ') || undefined,
      )}
    />
  );
}

function columns(
  set: (row: AssertionRow, change: Partial<AssertionRow>) => void,
  problem: (row: AssertionRow) => string | undefined,
): Columns<AssertionRow> {
  const choosePart = (row: AssertionRow, part: AssertionPart) => {
    const [first] = rulesOf[part];
    set(row, { part, rule: rulesOf[part].includes(row.rule) ? row.rule : (first ?? row.rule) });
  };
  const expression = (row: AssertionRow) => (
    <RowInput
      value={row.isOther ? '' : row.expression}
      isOff={row.isOther}
      placeholder={row.isOther ? 'Only YAML shows it' : ''}
      onWrite={(text) => set(row, { expression: text })}
    />
  );
  const expected = (row: AssertionRow) => (
    <RowInput
      value={row.isOther ? '' : row.expected}
      isOff={row.isOther}
      name="Expected value"
      placeholder="Expected value"
      onWrite={(text) => set(row, { expected: text })}
    />
  );
  return [
    {
      label: 'Part of the response',
      control: (row) => (
        <ChoiceSelect value={row.part} choices={parts} isOff={row.isOther} onChoose={(part) => choosePart(row, part)} />
      ),
    },
    {
      label: 'Must be so',
      control: (row) => (
        <ChoiceSelect
          value={row.rule}
          choices={rulesOf[row.part].map((rule) => ({ value: rule, label: ruleNames[rule] }))}
          isOff={row.isOther}
          onChoose={(rule) => set(row, { rule })}
        />
      ),
    },
    {
      label: 'Text, pattern or path',
      control: (row) =>
        row.rule === 'equals' || row.rule === 'like' ? (
          <SpaceBetween size="xxs">
            {expression(row)}
            {expected(row)}
          </SpaceBetween>
        ) : (
          expression(row)
        ),
      errorText: problem,
    },
  ];
}

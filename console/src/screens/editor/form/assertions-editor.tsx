/** What a response must hold. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
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

export function AssertionsEditor({ path }: { path: Path }) {
  const form = useForm();
  const rows = readAssertions(form.document, path);
  const set = (row: AssertionRow, change: Partial<AssertionRow>) =>
    form.edit(row.path, (document) => setAssertion(document, path, row, { ...row, ...change }));
  const choosePart = (row: AssertionRow, part: AssertionPart) => {
    const [first] = rulesOf[part];
    set(row, { part, rule: rulesOf[part].includes(row.rule) ? row.rule : (first ?? row.rule) });
  };
  const input = (row: AssertionRow, key: 'expression' | 'expected', placeholder = '') => (
    <Input
      value={row.isOther ? '' : row[key]}
      disabled={form.isReadOnly || row.isOther}
      spellcheck={false}
      autoComplete={false}
      placeholder={row.isOther ? 'Only YAML shows it' : placeholder}
      {...(key === 'expected' ? { ariaLabel: 'Expected value' } : {})}
      onChange={({ detail }) => set(row, { [key]: detail.value })}
    />
  );
  return (
    <AttributeEditor
      items={rows}
      empty={<Box color="text-body-secondary">A status below 400 is a success.</Box>}
      addButtonText="Add assertion"
      disableAddButton={form.isReadOnly}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ expression }) => `Remove assertion ${expression}`}
      isItemRemovable={() => !form.isReadOnly}
      onAddButtonClick={() => form.edit([...path, 'assert'], (document) => addAssertion(document, path))}
      onRemoveButtonClick={({ detail }) => {
        const row = rows[detail.itemIndex];
        if (row !== undefined) form.edit(row.path, (document) => removeAssertion(document, path, row));
      }}
      gridLayout={[
        { breakpoint: 's', rows: [[2, 3, 5]], removeButton: { width: 'auto' } },
        { breakpoint: 'xs', rows: [[1, 1], [1]] },
        { rows: [[1], [1], [1]] },
      ]}
      definition={[
        {
          label: 'Part of the response',
          control: (row) => (
            <ChoiceSelect
              value={row.part}
              choices={parts}
              isOff={row.isOther}
              onChoose={(part) => choosePart(row, part)}
            />
          ),
        },
        {
          label: 'Must be so',
          control: (row) => (
            <ChoiceSelect
              value={row.rule}
              isOff={row.isOther}
              choices={rulesOf[row.part].map((rule) => ({ value: rule, label: ruleNames[rule] }))}
              onChoose={(rule) => set(row, { rule })}
            />
          ),
        },
        {
          label: 'Text, pattern or path',
          control: (row) =>
            row.rule === 'equals' || row.rule === 'like' ? (
              <SpaceBetween size="xxs">
                {input(row, 'expression')}
                {input(row, 'expected', 'Expected value')}
              </SpaceBetween>
            ) : (
              input(row, 'expression')
            ),
          errorText: (row) => problemsBelow(form, row.path).join(' ') || undefined,
        },
      ]}
    />
  );
}

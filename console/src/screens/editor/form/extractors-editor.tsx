/** What a response gives to later requests. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Path } from '../../../../../core/input/problems.ts';
import {
  type ExtractorKind,
  type ExtractorRow,
  newExtractor,
  readExtractors,
  writeExtractors,
  writtenExtractors,
} from '../document/extractors.ts';
import { nameProblems } from '../document/mapping-rows.ts';
import { type Choice, ChoiceSelect } from './fields.tsx';
import { problemsBelow, useForm } from './form-context.ts';
import { useDraft } from './use-draft.ts';

const kinds: readonly Choice<ExtractorKind>[] = [
  { value: 'extract-jsonpath', label: 'JSONPath', description: '$.session.token' },
  { value: 'extract-regexp', label: 'Regular expression', description: 'Its first group: "id":"(\\w+)"' },
  { value: 'extract-css-jquery', label: 'CSS selector', description: 'input[name=csrf]' },
  { value: 'extract-xpath', label: 'XPath', description: '//item/@id' },
  { value: 'extract-boundary', label: 'Between two texts', description: 'What stands before and behind' },
];

function settle(rows: readonly ExtractorRow[]) {
  const written = writtenExtractors(rows);
  const draft = rows.map((row) => ({ ...row, from: written.includes(row) ? row.name : null, fromKind: row.kind }));
  return { draft, stored: writtenExtractors(draft) };
}

export function ExtractorsEditor({ path }: { path: Path }) {
  const form = useForm();
  const [rows, setRows] = useDraft<ExtractorRow[]>({
    stored: readExtractors(form.document, path),
    write: (written) => form.edit([...path, 'extract'], (document) => writeExtractors(document, path, written)),
    settle,
  });
  const set = (index: number, change: Partial<ExtractorRow>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  const input = (
    key: 'name' | 'expression' | 'right' | 'matchNo' | 'defaultValue',
    row: ExtractorRow,
    index: number,
    name?: string,
  ) => (
    <Input
      value={row[key]}
      disabled={form.isReadOnly || (row.isOther && key !== 'name')}
      spellcheck={false}
      autoComplete={false}
      {...(name === undefined ? {} : { ariaLabel: name, placeholder: name })}
      onChange={({ detail }) => set(index, { [key]: detail.value })}
    />
  );
  const nameProblem = (row: ExtractorRow) => {
    const ofKind = rows.filter(({ kind }) => kind === row.kind);
    return nameProblems(ofKind)[ofKind.indexOf(row)] ?? undefined;
  };
  return (
    <AttributeEditor
      items={rows}
      empty={<Box color="text-body-secondary">Nothing is taken from the response.</Box>}
      addButtonText="Add extractor"
      disableAddButton={form.isReadOnly}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ name }) => `Remove extractor ${name}`}
      isItemRemovable={() => !form.isReadOnly}
      onAddButtonClick={() => setRows([...rows, newExtractor()])}
      onRemoveButtonClick={({ detail }) => setRows(rows.filter((_row, index) => index !== detail.itemIndex))}
      gridLayout={[
        { breakpoint: 's', rows: [[3, 3, 5, 2, 3]], removeButton: { width: 'auto' } },
        { breakpoint: 'xs', rows: [[1, 1], [1], [1, 1]] },
        { rows: [[1], [1], [1], [1], [1]] },
      ]}
      definition={[
        { label: 'Variable', control: (row, index) => input('name', row, index), errorText: nameProblem },
        {
          label: 'Found by',
          control: ({ isOther, kind }, index) => (
            <ChoiceSelect
              value={kind}
              choices={kinds}
              isOff={isOther}
              onChoose={(chosen) => set(index, { kind: chosen })}
            />
          ),
        },
        {
          label: 'Looks for',
          control: (row, index) =>
            row.kind === 'extract-boundary' ? (
              <SpaceBetween size="xxs">
                {input('expression', row, index, 'Text before it')}
                {input('right', row, index, 'Text behind it')}
              </SpaceBetween>
            ) : (
              input('expression', row, index)
            ),
          errorText: ({ kind, name }) => problemsBelow(form, [...path, kind, name]).join(' ') || undefined,
        },
        { label: 'Match no.', control: (row, index) => input('matchNo', row, index) },
        { label: 'If not found', control: (row, index) => input('defaultValue', row, index) },
      ]}
    />
  );
}

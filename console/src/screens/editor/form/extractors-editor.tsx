/** What a response gives to later requests. */
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
import { type Columns, type Layout, RowInput, RowsEditor } from './rows-editor.tsx';
import { useDraft } from './use-draft.ts';

const kinds: readonly Choice<ExtractorKind>[] = [
  { value: 'extract-jsonpath', label: 'JSONPath', description: '$.session.token' },
  { value: 'extract-regexp', label: 'Regular expression', description: 'Its first group: "id":"(\\w+)"' },
  { value: 'extract-css-jquery', label: 'CSS selector', description: 'input[name=csrf]' },
  { value: 'extract-xpath', label: 'XPath', description: '//item/@id' },
  { value: 'extract-boundary', label: 'Between two texts', description: 'What stands before and behind' },
];

const layout: Layout = [
  { breakpoint: 's', rows: [[3, 3, 5, 2, 3]], removeButton: { width: 'auto' } },
  { breakpoint: 'xs', rows: [[1, 1], [1], [1, 1]] },
  { rows: [[1], [1], [1], [1], [1]] },
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
  const nameProblem = (row: ExtractorRow) => {
    const ofKind = rows.filter(({ kind }) => kind === row.kind);
    return nameProblems(ofKind)[ofKind.indexOf(row)] ?? undefined;
  };
  const problem = ({ kind, name }: ExtractorRow) => problemsBelow(form, [...path, kind, name]).join(' ') || undefined;
  return (
    <RowsEditor
      what="extractor"
      rows={rows}
      nameOf={({ name }) => name}
      empty="Nothing is taken from the response."
      layout={layout}
      onAdd={() => setRows([...rows, newExtractor()])}
      onRemove={(removed) => setRows(rows.filter((_row, index) => index !== removed))}
      columns={columns({ set, nameProblem, problem })}
    />
  );
}

interface ColumnsOptions {
  set(index: number, change: Partial<ExtractorRow>): void;
  nameProblem(row: ExtractorRow): string | undefined;
  problem(row: ExtractorRow): string | undefined;
}

function columns({ nameProblem, problem, set }: ColumnsOptions): Columns<ExtractorRow> {
  const input =
    (key: 'name' | 'expression' | 'right' | 'matchNo' | 'defaultValue', name?: string) =>
    (row: ExtractorRow, index: number) => (
      <RowInput
        value={row[key]}
        isOff={row.isOther && key !== 'name'}
        onWrite={(text) => set(index, { [key]: text })}
        {...(name === undefined ? {} : { name, placeholder: name })}
      />
    );
  return [
    { label: 'Variable', control: input('name'), errorText: nameProblem },
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
            {input('expression', 'Text before it')(row, index)}
            {input('right', 'Text behind it')(row, index)}
          </SpaceBetween>
        ) : (
          input('expression')(row, index)
        ),
      errorText: problem,
    },
    { label: 'Match no.', control: input('matchNo') },
    { label: 'If not found', control: input('defaultValue') },
  ];
}

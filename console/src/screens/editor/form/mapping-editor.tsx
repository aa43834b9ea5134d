/** Names with texts: headers, form fields. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import type { Path } from '../../../../../core/input/problems.ts';
import { type MappingRow, nameProblems, readRows, writableRows, writeRows } from '../document/mapping-rows.ts';
import { requestMap } from '../document/requests.ts';
import { problemsAt, useForm } from './form-context.ts';
import { useDraft } from './use-draft.ts';

interface MappingEditorProps {
  path: Path;
  /** The request that it belongs to, which becomes a mapping when it was only a url. */
  request?: Path;
  /** Of one row: `header`. */
  what: string;
  empty: string;
}

/** Of rows that were written: each stands under its name now. */
function settle(rows: readonly MappingRow[]) {
  const problems = nameProblems(rows);
  const draft = rows.map((row, index) => ({ ...row, from: problems[index] === null ? row.name : null }));
  return { draft, stored: writableRows(draft) };
}

export function MappingEditor({ empty, path, request, what }: MappingEditorProps) {
  const form = useForm();
  const [rows, setRows] = useDraft<MappingRow[]>({
    stored: readRows(form.document, path),
    write: (written) =>
      form.edit(path, (document) => {
        if (request !== undefined) requestMap(document, request);
        writeRows(document, path, written);
      }),
    settle,
  });
  const problems = nameProblems(rows);
  const set = (index: number, change: Partial<MappingRow>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <AttributeEditor
      items={rows}
      empty={<Box color="text-body-secondary">{empty}</Box>}
      addButtonText={`Add ${what}`}
      disableAddButton={form.isReadOnly}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ name }) => `Remove ${what} ${name}`}
      isItemRemovable={() => !form.isReadOnly}
      onAddButtonClick={() => setRows([...rows, { name: '', text: '', from: null, isOther: false }])}
      onRemoveButtonClick={({ detail }) => setRows(rows.filter((_row, index) => index !== detail.itemIndex))}
      definition={[
        {
          label: 'Name',
          control: ({ name }, index) => (
            <Input
              value={name}
              disabled={form.isReadOnly}
              spellcheck={false}
              autoComplete={false}
              onChange={({ detail }) => set(index, { name: detail.value })}
            />
          ),
          errorText: (_row, index) => problems[index] ?? undefined,
        },
        {
          label: 'Value',
          control: ({ isOther, text }, index) => (
            <Input
              value={isOther ? '' : text}
              placeholder={isOther ? 'Only YAML shows it' : ''}
              disabled={form.isReadOnly || isOther}
              spellcheck={false}
              autoComplete={false}
              onChange={({ detail }) => set(index, { text: detail.value })}
            />
          ),
          errorText: ({ name }) => problemsAt(form, [...path, name]) || undefined,
        },
      ]}
    />
  );
}

/** Names with texts: headers, form fields. */
import type { Path } from '../../../../../core/input/problems.ts';
import { type MappingRow, nameProblems, readRows, writableRows, writeRows } from '../document/mapping-rows.ts';
import { requestMap } from '../document/requests.ts';
import { problemsAt, useForm } from './form-context.ts';
import { RowInput, RowsEditor } from './rows-editor.tsx';
import { useDraft } from './use-draft.ts';

interface MappingEditorProps {
  path: Path;
  /** The request that it belongs to, which becomes a mapping when it was only a url. */
  request: Path;
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
        requestMap(document, request);
        writeRows(document, path, written);
      }),
    settle,
  });
  const problems = nameProblems(rows);
  const set = (index: number, change: Partial<MappingRow>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <RowsEditor
      what={what}
      rows={rows}
      nameOf={({ name }) => name}
      empty={empty}
      onAdd={() => setRows([...rows, { name: '', text: '', from: null, isOther: false }])}
      onRemove={(removed) => setRows(rows.filter((_row, index) => index !== removed))}
      columns={[
        {
          label: 'Name',
          control: ({ name }, index) => <RowInput value={name} onWrite={(text) => set(index, { name: text })} />,
          errorText: (_row, index) => problems[index] ?? undefined,
        },
        {
          label: 'Value',
          control: ({ isOther, text }, index) => (
            <RowInput
              value={isOther ? '' : text}
              placeholder={isOther ? 'Only YAML shows it' : ''}
              isOff={isOther}
              onWrite={(typed) => set(index, { text: typed })}
            />
          ),
          errorText: ({ name }) => problemsAt(form, [...path, name]) || undefined,
        },
      ]}
    />
  );
}

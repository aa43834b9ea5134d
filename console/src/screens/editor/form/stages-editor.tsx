/** A load in stages, as a table. */
import type { Path } from '../../../../../core/input/problems.ts';
import { addStage, type StageRow, stagesOf } from '../document/load.ts';
import { remove, setText } from '../document/nodes.ts';
import { OnlyInYaml } from './fields.tsx';
import { problemsAt, useForm } from './form-context.ts';
import { RowInput, RowsEditor } from './rows-editor.tsx';

export function StagesEditor({ isRate, path }: { path: Path; isRate: boolean }) {
  const form = useForm();
  const at = [...path, 'stages'];
  const rows = stagesOf(form.document, path);
  if (rows === null) return <OnlyInYaml label="Stages" path={at} />;
  const input = (key: keyof StageRow) => (row: StageRow, index: number) => {
    const place = [...at, index, key];
    const write = (text: string) => form.edit(place, (document) => setText(document, place, text, 'plain'));
    return <RowInput value={row[key]} onWrite={write} />;
  };
  const problem = (key: keyof StageRow) => (_row: StageRow, index: number) =>
    [problemsAt(form, [...at, index, key]), index === 0 && key === 'target' ? problemsAt(form, at) : '']
      .filter((text) => text !== '')
      .join(' ') || undefined;
  return (
    <RowsEditor
      what="stage"
      rows={rows}
      nameOf={({ duration, target }) => `of ${duration} to ${target}`}
      rowsMin={1}
      onAdd={() => form.edit(at, (document) => addStage(document, path))}
      onRemove={(index) => form.edit(at, (document) => remove(document, [...at, index]))}
      columns={[
        { label: 'Duration', control: input('duration'), errorText: problem('duration') },
        {
          label: isRate ? 'To so many per second' : 'To so many users',
          control: input('target'),
          errorText: problem('target'),
        },
      ]}
    />
  );
}

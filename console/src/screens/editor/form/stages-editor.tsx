/** A load in stages, as a table. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import type { Path } from '../../../../../core/input/problems.ts';
import { addStage, type StageRow, stagesOf } from '../document/load.ts';
import { remove, setText } from '../document/nodes.ts';
import { OnlyInYaml } from './fields.tsx';
import { problemsAt, useForm } from './form-context.ts';

export function StagesEditor({ isRate, path }: { path: Path; isRate: boolean }) {
  const form = useForm();
  const at = [...path, 'stages'];
  const rows = stagesOf(form.document, path);
  if (rows === null) return <OnlyInYaml label="Stages" path={at} />;
  const input = (key: keyof StageRow) => (row: StageRow, index: number) => (
    <Input
      value={row[key]}
      disabled={form.isReadOnly}
      spellcheck={false}
      autoComplete={false}
      onChange={({ detail }) => {
        const place = [...at, index, key];
        form.edit(place, (document) => setText(document, place, detail.value, 'plain'));
      }}
    />
  );
  const problem = (key: keyof StageRow) => (_row: StageRow, index: number) =>
    [problemsAt(form, [...at, index, key]), index === 0 && key === 'target' ? problemsAt(form, at) : '']
      .filter((text) => text !== '')
      .join(' ') || undefined;
  return (
    <AttributeEditor
      items={rows}
      addButtonText="Add stage"
      disableAddButton={form.isReadOnly}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ duration, target }) => `Remove stage of ${duration} to ${target}`}
      isItemRemovable={() => !form.isReadOnly && rows.length > 1}
      onAddButtonClick={() => form.edit(at, (document) => addStage(document, path))}
      onRemoveButtonClick={({ detail }) => form.edit(at, (document) => remove(document, [...at, detail.itemIndex]))}
      definition={[
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

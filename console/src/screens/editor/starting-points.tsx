/** What a new scenario may begin as: chosen before anything was written. */
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { startingPoints } from './starting-texts.ts';

export function StartingPoints({ onChoose, text }: { text: string; onChoose(text: string): void }) {
  const options = startingPoints.map(({ description, name }) => ({ value: name, label: name, description }));
  const chosen = startingPoints.find((point) => point.text === text);
  // Who has begun to write loses nothing by a wrong click; undo would bring it back, if they knew.
  if (chosen === undefined) return null;
  return (
    <FormField label="Begin with">
      <Select
        options={options}
        selectedOption={options.find(({ value }) => value === chosen.name) ?? null}
        onChange={({ detail }) => {
          const point = startingPoints.find(({ name }) => name === detail.selectedOption.value);
          if (point !== undefined) onChoose(point.text);
        }}
      />
    </FormField>
  );
}

/** What a request sends. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { Path } from '../../../../../core/input/problems.ts';
import { type BodyKind, looksLikeJson, readBody, setBodyKind, setBodyText } from '../document/body.ts';
import { type Choice, ChoiceField, OnlyInYaml } from './fields.tsx';
import { problemsAt, problemsBelow, useForm } from './form-context.ts';
import { MappingEditor } from './mapping-editor.tsx';

const kinds: readonly Choice<BodyKind>[] = [
  { value: 'none', label: 'None' },
  { value: 'text', label: 'Text', description: 'Sent as it is' },
  { value: 'form', label: 'Form', description: 'Fields with values' },
  { value: 'json', label: 'JSON', description: 'With its Content-Type' },
  { value: 'file', label: 'File', description: 'One of the scenario, sent as it is' },
];

const ROWS_MIN = 4;
const ROWS_MAX = 20;

export function BodyEditor({ path }: { path: Path }) {
  const form = useForm();
  const { kind, text } = readBody(form.document, path);
  const bodyPath = [...path, kind === 'file' ? 'body-file' : 'body'];
  const write = ({ detail }: { detail: { value: string } }) =>
    form.edit(bodyPath, (document) => setBodyText(document, path, detail.value));
  return (
    <SpaceBetween size="s">
      <ChoiceField
        label="Kind of body"
        value={kind}
        choices={kinds}
        onChoose={(chosen) => form.edit(path, (document) => setBodyKind(document, path, chosen))}
      />
      {kind === 'form' && (
        <MappingEditor path={bodyPath} request={path} what="field" empty="No fields: nothing is sent." />
      )}
      {kind === 'file' && (
        <FormField
          label="File"
          constraintText="Uploaded on the scenario's page once it is saved."
          errorText={problemsAt(form, bodyPath)}
        >
          <Input value={text ?? ''} disabled={form.isReadOnly} onChange={write} spellcheck={false} />
        </FormField>
      )}
      {(kind === 'text' || kind === 'json') && text === null && <OnlyInYaml label="Body" path={bodyPath} />}
      {(kind === 'text' || kind === 'json') && text !== null && (
        <FormField
          label="Body"
          stretch
          errorText={problemsBelow(form, bodyPath).join(' ')}
          warningText={kind === 'json' && !looksLikeJson(text) ? 'This is no JSON. It is sent as it is.' : ''}
        >
          <Textarea
            value={text}
            rows={Math.min(ROWS_MAX, Math.max(ROWS_MIN, text.split('\n').length))}
            disabled={form.isReadOnly}
            spellcheck={false}
            onChange={write}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}

/** Fields of the form that stand for one place of the document. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import type { ReactNode } from 'react';
import type { Path } from '../../../../../core/input/problems.ts';
import { nodeAt, setText, type TextStyle, writtenIn } from '../document/nodes.ts';
import { problemsAt, useForm } from './form-context.ts';

interface FieldProps {
  label: string;
  path: Path;
  description?: ReactNode;
  constraint?: ReactNode;
}

interface TextFieldProps extends FieldProps {
  /** `plain`: numbers and times. */
  style?: TextStyle;
  placeholder?: string;
  /** More lines. */
  isLong?: boolean;
  isFocused?: boolean;
  /** Instead of writing the text at the path. */
  onWrite?: (text: string) => void;
}

export function TextField({
  constraint,
  description,
  isFocused,
  isLong,
  label,
  onWrite,
  path,
  placeholder = '',
  style,
}: TextFieldProps) {
  const form = useForm();
  const written = writtenIn(nodeAt(form.document, path));
  if (written.kind === 'other') return <OnlyInYaml label={label} path={path} />;
  const shared = {
    value: written.kind === 'text' ? written.text : '',
    placeholder,
    disabled: form.isReadOnly,
    onChange: ({ detail }: { detail: { value: string } }) => {
      if (onWrite !== undefined) onWrite(detail.value);
      else form.edit(path, (document) => setText(document, path, detail.value, style));
    },
  };
  return (
    <FormField
      stretch
      label={label}
      description={description}
      constraintText={constraint}
      errorText={problemsAt(form, path)}
    >
      {isLong === true ? (
        <Textarea {...shared} rows={2} spellcheck={false} />
      ) : (
        <Input {...shared} spellcheck={false} autoComplete={false} autoFocus={isFocused === true} />
      )}
    </FormField>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  description?: string;
}

interface ChoiceFieldProps<Value extends string> extends Omit<FieldProps, 'path'> {
  value: Value;
  choices: readonly Choice<Value>[];
  error?: string;
  onChoose(value: Value): void;
}

/** One of several; a value that is none of them is shown as it is. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { constraint, description, error = '', label, ...choice } = props;
  return (
    <FormField stretch label={label} description={description} constraintText={constraint} errorText={error}>
      <ChoiceSelect {...choice} />
    </FormField>
  );
}

export function ChoiceSelect<Value extends string>({
  choices,
  isOff = false,
  onChoose,
  value,
}: Pick<ChoiceFieldProps<Value>, 'choices' | 'onChoose' | 'value'> & { isOff?: boolean }) {
  const { isReadOnly } = useForm();
  const options = choices.map((choice) => ({ ...choice }));
  return (
    <Select
      options={options}
      selectedOption={options.find((option) => option.value === value) ?? { value, label: value }}
      disabled={isReadOnly || isOff}
      expandToViewport
      onChange={({ detail }) => onChoose(detail.selectedOption.value as Value)}
    />
  );
}

/** In place of a field, where the document says it in a way that a field cannot show. */
export function OnlyInYaml({ label, path }: { label: string; path: Path }) {
  const form = useForm();
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <Box color="text-body-secondary">
        Written in a way that only YAML shows.{' '}
        <Button variant="inline-link" onClick={() => form.showInYaml(path)} ariaLabel={`Edit in YAML: ${label}`}>
          Edit in YAML
        </Button>
      </Box>
      {problemsAt(form, path) !== '' && <Box color="text-status-error">{problemsAt(form, path)}</Box>}
    </div>
  );
}

/** Names what the form has no fields for. */
export function MoreInYaml({ keywords, path }: { keywords: readonly string[]; path: Path }) {
  const form = useForm();
  if (keywords.length === 0) return null;
  return (
    <Box color="text-body-secondary">
      Also says: <code>{keywords.join(', ')}</code>.{' '}
      <Button variant="inline-link" onClick={() => form.showInYaml([...path, keywords[0] ?? ''])}>
        Edit in YAML
      </Button>
    </Box>
  );
}

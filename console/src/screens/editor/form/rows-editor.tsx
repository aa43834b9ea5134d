/** Rows that are added, filled in and removed. */
import AttributeEditor, { type AttributeEditorProps } from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import { useForm } from './form-context.ts';

export type Columns<Row> = AttributeEditorProps<Row>['definition'];
/** How wide the columns are, from the widest window to the narrowest; left out: all the same. */
export type Layout = NonNullable<AttributeEditorProps<unknown>['gridLayout']>;

interface RowsEditorProps<Row> {
  /** Of one row: `header`. */
  what: string;
  rows: readonly Row[];
  /** Tells the rows apart for who does not see them. */
  nameOf(row: Row): string;
  columns: Columns<Row>;
  layout?: Layout;
  /** What it means that there are none. */
  empty?: string;
  rowsMin?: number;
  onAdd(): void;
  onRemove(index: number): void;
}

export function RowsEditor<Row>(props: RowsEditorProps<Row>) {
  const { columns, empty = '', layout, nameOf, onAdd, onRemove, rows, rowsMin = 0, what } = props;
  const { isReadOnly } = useForm();
  return (
    <AttributeEditor
      items={rows}
      empty={<Box color="text-body-secondary">{empty}</Box>}
      addButtonText={`Add ${what}`}
      disableAddButton={isReadOnly}
      removeButtonText="Remove"
      removeButtonAriaLabel={(row) => `Remove ${what} ${nameOf(row)}`}
      isItemRemovable={() => !isReadOnly && rows.length > rowsMin}
      onAddButtonClick={onAdd}
      onRemoveButtonClick={({ detail }) => onRemove(detail.itemIndex)}
      {...(layout === undefined ? {} : { gridLayout: layout })}
      definition={columns}
    />
  );
}

interface RowInputProps {
  value: string;
  onWrite(text: string): void;
  isOff?: boolean;
  placeholder?: string;
  /** For one that has no label of its own. */
  name?: string;
}

export function RowInput({ isOff = false, name, onWrite, placeholder = '', value }: RowInputProps) {
  const { isReadOnly } = useForm();
  return (
    <Input
      value={value}
      placeholder={placeholder}
      disabled={isReadOnly || isOff}
      spellcheck={false}
      autoComplete={false}
      {...(name === undefined ? {} : { ariaLabel: name })}
      onChange={({ detail }) => onWrite(detail.value)}
    />
  );
}

/** What must hold, or the run has failed. */
import AttributeEditor, { type AttributeEditorProps } from '@cloudscape-design/components/attribute-editor';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import {
  addCriterion,
  type CriterionParts,
  type CriterionRow,
  criteriaOf,
  isWhole,
  removeCriterion,
  setCriterion,
} from '../document/criteria.ts';
import { flowsOf, stepsOf } from '../document/requests.ts';
import { actions, conditions, subjects, windows } from './criterion-words.ts';
import { ChoiceSelect } from './fields.tsx';
import { problemsBelow, useForm } from './form-context.ts';
import { useDraft } from './use-draft.ts';

const WINDOW_DEFAULT = '10s';

type Written = CriterionParts | null;

export function CriteriaSection() {
  const form = useForm();
  const rows = criteriaOf(form.document);
  const stored = rows.map(({ parts }) => parts);
  const [drafts, setDrafts] = useDraft<Written[]>({
    stored,
    write: (written) => {
      for (const [index, row] of rows.entries()) {
        const parts = written[index] ?? null;
        if (parts === null || !isWhole(parts) || parts === drafts[index]) continue;
        form.edit(row.path, (document) => setCriterion(document, row, parts));
      }
    },
    settle: (written) => ({
      draft: written,
      stored: written.map((parts, index) => (parts === null || isWhole(parts) ? parts : (stored[index] ?? null))),
    }),
  });
  const set = (index: number, change: Partial<CriterionParts>) =>
    setDrafts(drafts.map((parts, at) => (at === index && parts !== null ? { ...parts, ...change } : parts)));
  const items = rows.map((row, index) => ({ row, parts: drafts[index] ?? null }));
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="When one of them comes true, the run has failed. They are judged while it runs."
        >
          Criteria
        </Header>
      }
    >
      <AttributeEditor
        items={items}
        empty={<Box color="text-body-secondary">Nothing is judged: the run has no verdict.</Box>}
        addButtonText="Add criterion"
        disableAddButton={form.isReadOnly}
        removeButtonText="Remove"
        removeButtonAriaLabel={({ row }) => `Remove criterion ${row.text}`}
        isItemRemovable={() => !form.isReadOnly}
        onAddButtonClick={() => form.edit(['reporting', rows.length], addCriterion)}
        onRemoveButtonClick={({ detail }) => {
          const row = rows[detail.itemIndex];
          if (row !== undefined) form.edit(row.path, (document) => removeCriterion(document, row));
        }}
        gridLayout={[
          { breakpoint: 's', rows: [[4, 4, 2, 3, 4, 2, 4]], removeButton: { width: 'auto' } },
          {
            breakpoint: 'xs',
            rows: [
              [2, 2, 1, 1],
              [2, 1, 2],
            ],
          },
          { rows: [[1, 1], [1, 1], [1, 1], [1]] },
        ]}
        definition={useDefinition(set)}
      />
    </Container>
  );
}

interface Item {
  row: CriterionRow;
  parts: Written;
}

function useDefinition(
  set: (index: number, change: Partial<CriterionParts>) => void,
): AttributeEditorProps<Item>['definition'] {
  const form = useForm();
  const labels = [
    ...new Set(
      flowsOf(form.document).flatMap(({ path }) =>
        (stepsOf(form.document, path) ?? []).flatMap((step) => (step.kind === 'request' ? [step.label] : [])),
      ),
    ),
  ];
  const suggest = (
    item: Item,
    index: number,
    key: 'subject' | 'label',
    options: { value: string; description?: string }[],
    placeholder: string,
  ) => (
    <Autosuggest
      value={item.parts?.[key] ?? ''}
      options={options}
      placeholder={placeholder}
      filteringType="manual"
      enteredTextLabel={(text) => `Use ${text}`}
      disabled={form.isReadOnly}
      expandToViewport
      onChange={({ detail }) => set(index, { [key]: detail.value })}
    />
  );
  const input = ({ parts }: Item, index: number, key: 'threshold' | 'timeframe', isOff = false) => (
    <Input
      value={parts?.[key] ?? ''}
      disabled={form.isReadOnly || isOff}
      spellcheck={false}
      autoComplete={false}
      onChange={({ detail }) => set(index, { [key]: detail.value })}
    />
  );
  const missing = (key: 'subject' | 'threshold') => (item: Item) => {
    if (item.parts !== null && item.parts[key].trim() === '') return 'Is missing.';
    return key === 'subject' ? problemsBelow(form, item.row.path).join(' ') || undefined : undefined;
  };
  return [
    {
      label: 'Measured',
      control: (item, index) =>
        item.parts === null ? <OnlyText row={item.row} /> : suggest(item, index, 'subject', [...subjects], 'p95'),
      errorText: missing('subject'),
    },
    {
      label: 'Of requests',
      control: (item, index) =>
        item.parts !== null &&
        suggest(
          item,
          index,
          'label',
          labels.map((value) => ({ value })),
          'all',
        ),
    },
    {
      label: 'Is',
      control: ({ parts }, index) =>
        parts !== null && (
          <ChoiceSelect
            value={parts.condition}
            choices={conditions}
            onChoose={(condition) => set(index, { condition })}
          />
        ),
    },
    {
      label: 'Threshold',
      control: (item, index) => item.parts !== null && input(item, index, 'threshold'),
      errorText: missing('threshold'),
    },
    {
      label: 'Window',
      control: ({ parts }, index) =>
        parts !== null && (
          <ChoiceSelect
            value={parts.timeframe === '' ? 'run' : parts.logic}
            choices={windows}
            onChoose={(logic) =>
              set(
                index,
                logic === 'run'
                  ? { timeframe: '', logic: 'for' }
                  : { timeframe: parts.timeframe || WINDOW_DEFAULT, logic },
              )
            }
          />
        ),
    },
    {
      label: 'Time',
      control: (item, index) => item.parts !== null && input(item, index, 'timeframe', item.parts.timeframe === ''),
    },
    {
      label: 'Then',
      control: ({ parts }, index) =>
        parts !== null && (
          <ChoiceSelect
            value={`${parts.stop ? 'stop' : 'continue'} ${parts.fail ? 'failed' : 'non-failed'}`}
            choices={actions}
            onChoose={(chosen) => set(index, { stop: chosen.startsWith('stop'), fail: chosen.endsWith(' failed') })}
          />
        ),
    },
  ];
}

function OnlyText({ row: { path, text } }: { row: CriterionRow }) {
  const form = useForm();
  return (
    <Box>
      <code>{text}</code>{' '}
      <Button variant="inline-link" onClick={() => form.showInYaml(path)} ariaLabel={`Edit in YAML: ${text}`}>
        Edit in YAML
      </Button>
    </Box>
  );
}

/** What must hold, or the run has failed. */
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
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
import { type Form, problemsBelow, useForm } from './form-context.ts';
import { type Columns, type Layout, RowInput, RowsEditor } from './rows-editor.tsx';
import { useDraft } from './use-draft.ts';

const WINDOW_DEFAULT = '10s';
const MISSING = 'Is missing.';

type Written = CriterionParts | null;

const layout: Layout = [
  { breakpoint: 's', rows: [[4, 4, 2, 3, 4, 2, 4]], removeButton: { width: 'auto' } },
  {
    breakpoint: 'xs',
    rows: [
      [2, 2, 1, 1],
      [2, 1, 2],
    ],
  },
  { rows: [[1, 1], [1, 1], [1, 1], [1]] },
];

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
      <RowsEditor
        what="criterion"
        rows={rows.map((row, index) => ({ row, parts: drafts[index] ?? null }))}
        nameOf={({ row }) => row.text}
        empty="Nothing is judged: the run has no verdict."
        layout={layout}
        onAdd={() => form.edit(['reporting', rows.length], addCriterion)}
        onRemove={(index) => {
          const row = rows[index];
          if (row !== undefined) form.edit(row.path, (document) => removeCriterion(document, row));
        }}
        columns={[...measuredColumns(form, set), ...outcomeColumns(set)]}
      />
    </Container>
  );
}

interface Item {
  row: CriterionRow;
  parts: Written;
}

type Set = (index: number, change: Partial<CriterionParts>) => void;

/** What is looked at, and what it must not be. */
function measuredColumns(form: Form, set: Set): Columns<Item> {
  const requests = labelsIn(form).map((value) => ({ value }));
  const missing = ({ parts }: Item, key: 'subject' | 'threshold') =>
    parts !== null && parts[key].trim() === '' ? MISSING : undefined;
  return [
    {
      label: 'Measured',
      control: ({ parts, row }, index) =>
        parts === null ? (
          <OnlyText row={row} />
        ) : (
          <Suggest
            value={parts.subject}
            options={subjects}
            placeholder="p95"
            onWrite={(subject) => set(index, { subject })}
          />
        ),
      errorText: (item) => missing(item, 'subject') ?? (problemsBelow(form, item.row.path).join(' ') || undefined),
    },
    {
      label: 'Of requests',
      control: ({ parts }, index) =>
        parts !== null && (
          <Suggest
            value={parts.label}
            options={requests}
            placeholder="all"
            onWrite={(label) => set(index, { label })}
          />
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
      control: ({ parts }, index) =>
        parts !== null && <RowInput value={parts.threshold} onWrite={(threshold) => set(index, { threshold })} />,
      errorText: (item) => missing(item, 'threshold'),
    },
  ];
}

/** For how long, and what happens then. */
function outcomeColumns(set: Set): Columns<Item> {
  const windowOf = (logic: string, { timeframe }: CriterionParts): Partial<CriterionParts> =>
    logic === 'run' ? { timeframe: '', logic: '' } : { timeframe: timeframe || WINDOW_DEFAULT, logic };
  return [
    {
      label: 'Window',
      control: ({ parts }, index) =>
        parts !== null && (
          <ChoiceSelect
            value={parts.logic || 'run'}
            choices={windows}
            onChoose={(logic) => set(index, windowOf(logic, parts))}
          />
        ),
    },
    {
      label: 'Time',
      errorText: ({ parts }) =>
        parts !== null && parts.logic !== '' && parts.timeframe.trim() === '' ? MISSING : undefined,
      control: ({ parts }, index) =>
        parts !== null && (
          <RowInput
            value={parts.timeframe}
            isOff={parts.logic === ''}
            onWrite={(timeframe) => set(index, { timeframe })}
          />
        ),
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

/** Of all requests that the form knows, each once. */
function labelsIn({ document }: Form): string[] {
  const labels = flowsOf(document).flatMap(({ path }) =>
    (stepsOf(document, path) ?? []).flatMap((step) => (step.kind === 'request' ? [step.label] : [])),
  );
  return [...new Set(labels)];
}

interface SuggestProps {
  value: string;
  options: readonly { value: string; description?: string }[];
  placeholder: string;
  onWrite(text: string): void;
}

function Suggest({ onWrite, options, placeholder, value }: SuggestProps) {
  const { isReadOnly } = useForm();
  return (
    <Autosuggest
      value={value}
      options={[...options]}
      placeholder={placeholder}
      filteringType="manual"
      enteredTextLabel={(text) => `Use ${text}`}
      disabled={isReadOnly}
      expandToViewport
      onChange={({ detail }) => onWrite(detail.value)}
    />
  );
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

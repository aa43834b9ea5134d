/** How much load: one box for each execution. */
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Path } from '../../../../../core/input/problems.ts';
import {
  addExecution,
  amountKeys,
  executionsOf,
  type LoadModel,
  type LoadShape,
  modelOf,
  setModel,
  setShape,
  shapeOf,
} from '../document/load.ts';
import { nodeAt, remove, setText, textIn, writtenIn } from '../document/nodes.ts';
import { flowsOf, otherKeywords } from '../document/requests.ts';
import { type Choice, ChoiceField, MoreInYaml, TextField } from './fields.tsx';
import { problemsAt, useForm } from './form-context.ts';
import { StagesEditor } from './stages-editor.tsx';

const models: readonly Choice<LoadModel>[] = [
  { value: 'users', label: 'Users', description: 'Closed model: each begins anew when it is done' },
  {
    value: 'iterations',
    label: 'Iterations per second',
    description: 'Open model: they begin whether or not others are done',
  },
  { value: 'requests', label: 'Requests per second', description: 'Open model, as throughput in Taurus' },
];

const shapes: readonly Choice<LoadShape>[] = [
  { value: 'ramp', label: 'Ramp up and hold' },
  { value: 'stages', label: 'Stages', description: 'From target to target, in straight lines' },
];

const known = [
  'scenario',
  ...Object.values(amountKeys),
  'ramp-up',
  'hold-for',
  'steps',
  'stages',
  'iterations',
  'delay',
];

export function LoadSection() {
  const form = useForm();
  const { document } = form;
  const written = executionsOf(document);
  const executions: readonly Path[] = written.length === 0 ? [['execution']] : written;
  const flows = flowsOf(document).flatMap(({ name, path }) => (path[0] === 'scenarios' ? [name] : []));
  return (
    <SpaceBetween size="l">
      {executions.map((path, index) => (
        <Execution key={path.join()} path={path} flows={flows} number={executions.length === 1 ? null : index + 1} />
      ))}
      {(flows.length > 1 || executions.length > 1) && (
        <Button
          iconName="add-plus"
          disabled={form.isReadOnly}
          onClick={() => form.edit(['execution'], (edited) => addExecution(edited, flows.at(-1) ?? 'main'))}
        >
          Add load
        </Button>
      )}
    </SpaceBetween>
  );
}

function Execution({ flows, number, path }: { path: Path; flows: readonly string[]; number: number | null }) {
  const form = useForm();
  const { document } = form;
  const [model, shape] = [modelOf(document, path), shapeOf(document, path)];
  const at = (key: string): Path => [...path, key];
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Over all tasks of all regions together."
          actions={
            number !== null && (
              <Button disabled={form.isReadOnly} onClick={() => form.edit(path, (edited) => remove(edited, path))}>
                Remove
              </Button>
            )
          }
        >
          {number === null ? 'Load' : `Load ${number}`}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ColumnLayout columns={3}>
          {(flows.length > 1 || number !== null || problemsAt(form, at('scenario')) !== '') && (
            <ScenarioChoice path={path} flows={flows} />
          )}
          <ChoiceField
            label="Counted in"
            value={model}
            choices={models}
            onChoose={(chosen) => form.edit(path, (edited) => setModel(edited, path, chosen))}
          />
          <ChoiceField
            label="Course"
            value={shape}
            choices={shapes}
            onChoose={(chosen) => form.edit(path, (edited) => setShape(edited, path, chosen))}
          />
        </ColumnLayout>
        <LoadNumbers path={path} model={model} shape={shape} />
        {shape === 'stages' && <StagesEditor path={path} isRate={model !== 'users'} />}
        <MoreInYaml keywords={otherKeywords(document, path, known)} path={path} />
      </SpaceBetween>
    </Container>
  );
}

function LoadNumbers({ model, path, shape }: { path: Path; model: LoadModel; shape: LoadShape }) {
  const at = (key: string): Path => [...path, key];
  return (
    <ColumnLayout columns={4} minColumnWidth={150}>
      <TextField
        label={amountLabel(model, shape)}
        path={at(amountKeys[model])}
        style="plain"
        placeholder={shape === 'stages' ? '0' : '1'}
      />
      {shape === 'ramp' && <TextField label="Ramp up" path={at('ramp-up')} style="plain" placeholder="0" />}
      {shape === 'ramp' && <TextField label="Hold for" path={at('hold-for')} style="plain" placeholder="0" />}
      {shape === 'ramp' && (
        <TextField label="Steps" path={at('steps')} style="plain" constraint="Stairs of the ramp; empty: a line" />
      )}
      {model !== 'users' && (
        <TextField label="Users at most" path={at('concurrency')} style="plain" placeholder="as many as needed" />
      )}
      <TextField
        label="Iterations"
        path={at('iterations')}
        style="plain"
        placeholder="no limit"
        constraint="Of each user"
      />
      <TextField label="Begins after" path={at('delay')} style="plain" placeholder="0" />
    </ColumnLayout>
  );
}

function amountLabel(model: LoadModel, shape: LoadShape): string {
  const amount = { users: 'Users', iterations: 'Iterations per second', requests: 'Requests per second' }[model];
  return shape === 'stages' ? `${amount} at the beginning` : amount;
}

/** Which flow its users walk. */
function ScenarioChoice({ flows, path }: { path: Path; flows: readonly string[] }) {
  const form = useForm();
  const at = [...path, 'scenario'];
  const written = writtenIn(nodeAt(form.document, at));
  const value = written.kind === 'other' ? 'written in the load itself' : textIn(nodeAt(form.document, at));
  return (
    <ChoiceField
      label="Requests of"
      value={value}
      choices={flows.map((name) => ({ value: name, label: name }))}
      error={problemsAt(form, at)}
      onChoose={(name) => form.edit(at, (document) => setText(document, at, name))}
    />
  );
}

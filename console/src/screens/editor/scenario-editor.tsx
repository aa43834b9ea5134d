/** A scenario as form and as YAML, which are two views of one text: checked as it is written, its load drawn from the plan. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import { type Path, pathText } from '../../../../core/input/problems.ts';
import { useMay } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { Screen } from '../../shell/screen.tsx';
import { type DocumentFormat, lineOf } from './document/editable-document.ts';
import { placeOf } from './document/place-of.ts';
import type { Form } from './form/form-context.ts';
import { ScenarioForm } from './form/scenario-form.tsx';
import { PlanDrawing } from './plan-drawing.tsx';
import { Problems } from './problems.tsx';
import { keyName, useShortcuts } from './shortcuts.ts';
import { StartingPoints } from './starting-points.tsx';
import { fromScratch } from './starting-texts.ts';
import { showTryPanel } from './try/show-try-panel.ts';
import { TryPanel } from './try/try-panel.tsx';
import { useCheckedDocument } from './use-checked-document.ts';
import { type ScenarioDocument, useDocument } from './use-document.ts';
import { useSave, withPlainLineEnds } from './use-save.ts';

const YamlEditor = lazy(() => import('./yaml-editor.tsx'));

export function ScenarioEditor({ stored }: { stored: ScenarioResource | null }) {
  const mayEdit = useMay('editor');
  const [initial] = useState(() => withPlainLineEnds(stored?.text ?? fromScratch));
  const format = stored?.format ?? 'yaml';
  const type = format === 'json' ? 'application/json' : 'application/yaml';
  const edited = useDocument(initial, format);
  const { text } = edited;
  const checked = useCheckedDocument(text, type);
  const { base, isBusy, isChanged, isOutdated, leaving, save, takeTheirs } = useSave({
    stored,
    text,
    initial,
    type,
    onTheirs: (theirs) => edited.change(theirs, 'their version'),
  });
  const view = useView();
  const isValid = checked.validation?.valid === true;
  const canSave = mayEdit && isValid && !isBusy;
  useShortcuts({
    save: () => canSave && (isChanged || base === null) && save('stay'),
    run: () => canSave && save('run'),
    undo: edited.undo,
    redo: edited.redo,
  });
  if (!mayEdit) return <Alert type="warning">Changing scenarios needs the role editor.</Alert>;
  const form: Form = {
    document: edited.document,
    isReadOnly: edited.obstacle !== null,
    problems: checked.validation?.problems ?? [],
    edit: (place, edit) => edited.edit(pathText(place), edit),
    showInYaml: (path: Path) => view.showLine(lineOf(text, path)),
  };
  const drawing = <PlanDrawing text={checked.settled} type={type} isValid={isValid && !checked.isChecking} />;
  return (
    <Screen
      title={base === null ? 'New scenario' : `Edit ${base.name}`}
      above={[
        { text: 'Scenarios', href: '/scenarios' },
        ...(base === null ? [] : [{ text: base.name, href: `/scenarios/${base.id}` }]),
      ]}
      description={`Checked as you write. ${keyName('S')} saves, ${keyName('Enter')} runs, ${keyName('Z')} undoes.`}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <UndoButtons document={edited} />
          <Button onClick={showTryPanel}>Try it</Button>
          <Button disabled={!canSave} onClick={() => save('run')}>
            Save and run
          </Button>
          <Button
            variant="primary"
            loading={isBusy}
            disabled={!canSave || !(isChanged || base === null)}
            onClick={() => save('stay')}
          >
            Save
          </Button>
        </SpaceBetween>
      }
    >
      {isOutdated && <OutdatedAlert onTake={takeTheirs} />}
      {base === null && <StartingPoints text={text} onChoose={(chosen) => edited.change(chosen, 'starting point')} />}
      <Problems checked={checked} base={base} onShow={(path) => view.showLine(placeOf(text, path))} />
      <Views edited={edited} form={form} format={format} view={view} drawing={drawing} />
      <TryPanel document={text} type={type} scenarioId={base?.id ?? null} disabled={!isValid || checked.isChecking} />
      {leaving.state === 'blocked' && <LeaveDialog onLeave={leaving.proceed} onStay={leaving.reset} />}
    </Screen>
  );
}

interface ViewsProps {
  edited: ScenarioDocument;
  form: Form;
  format: DocumentFormat;
  view: ReturnType<typeof useView>;
  drawing: ReactNode;
}

function Views({ drawing, edited, form, format, view }: ViewsProps) {
  const asForm = (
    <SpaceBetween size="l">
      {edited.obstacle !== null && <ObstacleAlert {...edited.obstacle} onShow={view.showLine} />}
      <ScenarioForm form={form}>{drawing}</ScenarioForm>
    </SpaceBetween>
  );
  const asText = (
    <SpaceBetween size="l">
      <Suspense fallback={<Alert>The editor is loading.</Alert>}>
        <YamlEditor
          text={edited.text}
          problems={form.problems}
          target={view.target}
          onChange={(next) => edited.change(next, 'yaml')}
        />
      </Suspense>
      {drawing}
    </SpaceBetween>
  );
  return (
    <Tabs
      activeTabId={view.name}
      onChange={({ detail }) => view.show(detail.activeTabId)}
      tabs={[
        { id: 'form', label: 'Form', content: asForm },
        { id: 'yaml', label: format === 'json' ? 'JSON' : 'YAML', content: asText },
      ]}
    />
  );
}

function LeaveDialog({ onLeave, onStay }: { onLeave(): void; onStay(): void }) {
  return (
    <Confirm title="Leave without saving?" deed="Leave" isBusy={false} onConfirm={onLeave} onCancel={onStay}>
      What you changed is lost.
    </Confirm>
  );
}

/** Which view is shown; it stands in the address. */
function useView() {
  const [parameters, setParameters] = useSearchParams();
  // A new object each time, so that the same line can be shown again.
  const [target, setTarget] = useState<{ line: number } | null>(null);
  const show = (name: string) => {
    setTarget(null);
    setParameters(name === 'form' ? {} : { view: name }, { replace: true });
  };
  return {
    name: parameters.get('view') === 'yaml' ? 'yaml' : 'form',
    target,
    show,
    showLine: (line: number) => {
      show('yaml');
      setTarget({ line });
    },
  };
}

function UndoButtons({ document }: { document: ScenarioDocument }) {
  return (
    <>
      <Button variant="icon" iconName="undo" ariaLabel="Undo" disabled={!document.canUndo} onClick={document.undo} />
      <Button variant="icon" iconName="redo" ariaLabel="Redo" disabled={!document.canRedo} onClick={document.redo} />
    </>
  );
}

function ObstacleAlert({ line, message, onShow }: { line: number; message: string; onShow(line: number): void }) {
  return (
    <Alert
      type="warning"
      header="The form cannot be edited now"
      action={<Button onClick={() => onShow(line)}>{`Go to line ${line}`}</Button>}
    >
      {message} Mend it in the text; what the form shows is older.
    </Alert>
  );
}

function OutdatedAlert({ onTake }: { onTake(): void }) {
  return (
    <Alert
      type="warning"
      header="Somebody else has changed it meanwhile"
      action={<Button onClick={onTake}>Load their version</Button>}
    >
      Undo then brings yours back, and saving it replaces theirs.
    </Alert>
  );
}

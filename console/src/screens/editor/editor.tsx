/** A scenario as its document: checked as it is written, its load drawn from the plan. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useBlocker, useNavigate, useParams } from 'react-router';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import { scenarioQuery } from '../../api/queries.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useAction } from '../../shell/use-action.ts';
import { useStartRun } from '../../shell/use-start-run.ts';
import { newScenario } from './new-scenario.ts';
import { PlanDrawing } from './plan-drawing.tsx';
import { Problems } from './problems.tsx';
import { useCheckedDocument } from './use-checked-document.ts';

const YamlEditor = lazy(() => import('./yaml-editor.tsx'));

export default function Editor() {
  const { api } = useSession();
  const { scenarioId } = useParams();
  const stored = useQuery({ ...scenarioQuery(api, scenarioId ?? ''), enabled: scenarioId !== undefined });
  if (scenarioId === undefined) return <DocumentEditor stored={null} />;
  return <Loaded query={stored}>{(told) => <DocumentEditor key={told.id} stored={told} />}</Loaded>;
}

function DocumentEditor({ stored }: { stored: ScenarioResource | null }) {
  const { api } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayEdit = useMay('editor');
  const [base, setBase] = useState(stored);
  const [text, setText] = useState(stored?.text ?? newScenario);
  const type = base?.format === 'json' ? 'application/json' : 'application/yaml';
  const checked = useCheckedDocument(text, type);
  const saved = useRef(base?.text ?? newScenario);
  const isChanged = text !== saved.current;
  // Asked at the moment of leaving: what was saved just now is no reason to stay.
  const latestText = useRef(text);
  latestText.current = text;
  const leaving = useBlocker(useCallback(() => latestText.current !== saved.current, []));
  useWarnBeforeUnload(isChanged);
  const start = useStartRun();
  const save = useAction({
    run: async (_next: 'stay' | 'run') => {
      const headers = { 'content-type': type, ...(base === null ? {} : { 'if-match': `"${base.version}"` }) };
      const [method, path] = base === null ? ['POST', '/scenarios'] : ['PUT', `/scenarios/${base.id}`];
      const { body } = await api.send<ScenarioResource>(method!, path!, { body: text, headers });
      saved.current = text;
      setBase(body);
      queries.setQueryData(['scenario', body.id], body);
      return body;
    },
    failure: 'The scenario could not be saved',
    success: ({ name }) => `${name} is saved.`,
    changes: ['scenarios'],
    onDone: ({ id }, next) => {
      if (next === 'run') start.mutate(id);
      else if (stored === null) navigate(`/scenarios/${id}/edit`, { replace: true });
    },
  });
  if (!mayEdit) return <Alert type="warning">Changing scenarios needs the role editor.</Alert>;
  const isValid = checked.validation?.valid === true;
  return (
    <Screen
      title={base === null ? 'New scenario' : `Edit ${base.name}`}
      above={[
        { text: 'Scenarios', href: '/scenarios' },
        ...(base === null ? [] : [{ text: base.name, href: `/scenarios/${base.id}` }]),
      ]}
      description="A Taurus file, checked as you write."
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={!isValid || save.isPending} onClick={() => save.mutate('run')}>
            Save and run
          </Button>
          <Button
            variant="primary"
            loading={save.isPending}
            disabled={!isValid || !(isChanged || base === null)}
            onClick={() => save.mutate('stay')}
          >
            Save
          </Button>
        </SpaceBetween>
      }
    >
      <Problems checked={checked} base={base} />
      <Suspense fallback={<Alert>The editor is loading.</Alert>}>
        <YamlEditor text={text} problems={checked.validation?.problems ?? []} onChange={setText} />
      </Suspense>
      <PlanDrawing text={text} type={type} isValid={isValid} />
      {leaving.state === 'blocked' && (
        <Confirm
          title="Leave without saving?"
          deed="Leave"
          isBusy={false}
          onConfirm={leaving.proceed}
          onCancel={leaving.reset}
        >
          What you changed is lost.
        </Confirm>
      )}
    </Screen>
  );
}

function useWarnBeforeUnload(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isChanged]);
}

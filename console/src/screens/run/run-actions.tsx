/** What can be done with a run: stop it, run it again, take it along, delete it. */
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { RunResource } from '../../../../core/api/runs.ts';
import type { Report } from '../../../../core/report/report.ts';
import { isFinal } from '../../api/queries.ts';
import { saveFile } from '../../format/csv.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { useAction } from '../../shell/use-action.ts';
import { useStartRun } from '../../shell/use-start-run.ts';
import { useSaveArtifacts } from './use-save-artifacts.ts';

export function RunActions({ run, report }: { run: RunResource; report: Report | null }) {
  const { api } = useSession();
  const mayRun = useMay('editor');
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'stop' | 'delete' | null>(null);
  const close = () => setAsked(null);
  const stop = useAction({
    run: () => api.send('POST', `/runs/${run.id}/cancel`),
    failure: 'The run could not be stopped',
    changes: ['run', 'runs'],
    onDone: close,
  });
  const remove = useAction({
    run: () => api.send('DELETE', `/runs/${run.id}`),
    failure: 'The run could not be deleted',
    success: () => 'The run is deleted.',
    changes: ['runs'],
    onDone: () => navigate(`/scenarios/${run.scenarioId}`),
  });
  const again = useStartRun();
  const saveArtifacts = useSaveArtifacts(run.id);
  const save = useAction({
    run: async (kind: 'json' | 'html' | 'png') => {
      const name = `${run.scenarioName}-${run.id}`;
      if (kind === 'json') return saveFile(`${name}.json`, JSON.stringify(report, null, 2), 'application/json');
      const path = kind === 'html' ? 'export.html' : 'chart.png';
      saveFile(`${name}.${kind}`, await (await api.fetch('GET', `/runs/${run.id}/${path}`)).blob());
    },
    failure: 'It could not be saved',
    changes: [],
  });
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <ButtonDropdown
        loading={save.isPending}
        disabled={!isFinal(run)}
        items={[
          { id: 'html', text: 'One page (HTML)' },
          { id: 'json', text: 'Report (JSON)', disabled: report === null },
          { id: 'png', text: 'Chart as image (PNG)' },
          { id: 'zip', text: 'All artifacts (zip)' },
          ...(mayRun ? [{ id: 'delete', text: 'Delete the run' }] : []),
        ]}
        onItemClick={({ detail: { id } }) => {
          if (id === 'delete') setAsked('delete');
          else if (id === 'zip') saveArtifacts.mutate(null);
          else save.mutate(id as 'json' | 'html' | 'png');
        }}
      >
        Save
      </ButtonDropdown>
      {mayRun && isFinal(run) && (
        <Button loading={again.isPending} onClick={() => again.mutate(run.scenarioId)}>
          Run again
        </Button>
      )}
      {mayRun && !isFinal(run) && (
        <Button variant="primary" disabled={run.cancelRequested} onClick={() => setAsked('stop')}>
          Stop
        </Button>
      )}
      {asked === 'stop' && (
        <Confirm
          title="Stop the run"
          deed="Stop it"
          isBusy={stop.isPending}
          onConfirm={() => stop.mutate()}
          onCancel={close}
        >
          Its load stops within 5 seconds. What was measured until then gets a report, marked as partial.
        </Confirm>
      )}
      {asked === 'delete' && (
        <Confirm
          title="Delete the run"
          deed="Delete"
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onCancel={close}
        >
          Its report, series, logs and artifacts cannot be had back.
        </Confirm>
      )}
    </SpaceBetween>
  );
}

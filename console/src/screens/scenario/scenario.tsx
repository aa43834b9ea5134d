/** One scenario: how its runs went over time, what it says, its files. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import { allRunsQuery, scenarioQuery } from '../../api/queries.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { Failure } from '../../shell/failure.tsx';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useParameters } from '../../shell/use-parameters.ts';
import { RunTable } from '../runs/run-table.tsx';
import { useScenarioActions } from '../scenarios/use-scenario-actions.ts';
import { ScenarioFiles } from './scenario-files.tsx';
import { ScenarioSettings } from './scenario-settings.tsx';
import { ScenarioTrend } from './scenario-trend.tsx';

export default function Scenario() {
  const { api } = useSession();
  const { scenarioId = '' } = useParams();
  const scenario = useQuery(scenarioQuery(api, scenarioId));
  return <Loaded query={scenario}>{(told) => <LoadedScenario scenario={told} />}</Loaded>;
}

function LoadedScenario({ scenario }: { scenario: ScenarioResource }) {
  const { api } = useSession();
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const { instant } = useTimeFormat();
  const [isDeleting, setDeleting] = useState(false);
  const parameters = useParameters();
  const runs = useInfiniteQuery(allRunsQuery(api, { scenarioId: scenario.id }));
  const actions = useScenarioActions(() => navigate('/scenarios'));
  const rows = runs.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Screen
      title={scenario.name}
      above={[{ text: 'Scenarios', href: '/scenarios' }]}
      description={[
        scenario.scenario.description ?? '',
        scenario.tags.map((tag) => `#${tag}`).join(' '),
        `Changed ${instant(scenario.updatedAt)}`,
      ]
        .filter((part) => part !== '')
        .join(' · ')}
      actions={
        mayEdit && (
          <SpaceBetween direction="horizontal" size="xs">
            <ButtonDropdown
              items={[
                { id: 'copy', text: 'Copy' },
                { id: 'delete', text: 'Delete' },
              ]}
              onItemClick={({ detail }) => (detail.id === 'copy' ? actions.copy.mutate(scenario) : setDeleting(true))}
            >
              More
            </ButtonDropdown>
            <Button onClick={() => navigate(`/scenarios/${scenario.id}/edit`)}>Edit</Button>
            <Button
              variant="primary"
              loading={actions.start.isPending}
              onClick={() => actions.start.mutate(scenario.id)}
            >
              Run
            </Button>
          </SpaceBetween>
        )
      }
    >
      <Tabs
        activeTabId={parameters.get('tab') ?? 'runs'}
        onChange={({ detail }) => parameters.set({ tab: detail.activeTabId })}
        tabs={[
          {
            id: 'runs',
            label: 'Runs',
            content: (
              <SpaceBetween size="l">
                {runs.error !== null && <Failure error={runs.error} onRetry={() => void runs.refetch()} />}
                <ScenarioTrend runs={rows} />
                <RunTable
                  id="scenario-runs"
                  title="Runs"
                  rows={rows}
                  isLoading={runs.isPending}
                  isOfOneScenario
                  actions={
                    runs.hasNextPage && (
                      <Button loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                        Load older runs
                      </Button>
                    )
                  }
                />
              </SpaceBetween>
            ),
          },
          { id: 'settings', label: 'Settings', content: <ScenarioSettings scenario={scenario} /> },
          {
            id: 'files',
            label: scenario.missingFiles.length === 0 ? 'Files' : `Files (${scenario.missingFiles.length} missing)`,
            content: <ScenarioFiles scenario={scenario} />,
          },
        ]}
      />
      {isDeleting && (
        <Confirm
          title="Delete a scenario"
          deed="Delete"
          isBusy={actions.remove.isPending}
          onConfirm={() => actions.remove.mutate([scenario])}
          onCancel={() => setDeleting(false)}
        >
          <Box>
            <strong>{scenario.name}</strong> and its files cannot be had back. Its runs and their reports stay.
          </Box>
        </Confirm>
      )}
    </Screen>
  );
}

/** A run, live and after: the same page. */
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useParams } from 'react-router';
import type { RunResource } from '../../../../core/api/runs.ts';
import { isFinal, runQuery } from '../../api/queries.ts';
import { breakdownQuery, reportQuery, tasksQuery } from '../../api/run-queries.ts';
import { TimeRangeProvider, useTimeRange } from '../../charts/time-range.tsx';
import { useTimeFormat } from '../../format/times.ts';
import type { RunConnection } from '../../live/run-feed.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useParameters } from '../../shell/use-parameters.ts';
import { Artifacts } from './artifacts.tsx';
import { Generators } from './generators.tsx';
import { LabelTable } from './label-table.tsx';
import { LiveCharts } from './live-charts.tsx';
import { RangeBar } from './range-bar.tsx';
import { RegionTable } from './region-table.tsx';
import { RunActions } from './run-actions.tsx';
import { RunErrors } from './run-errors.tsx';
import { RunSummary } from './run-summary.tsx';
import { TaskLogs } from './task-logs.tsx';
import { WhatRan } from './what-ran.tsx';

export default function Run() {
  const { api } = useSession();
  const { runId = '' } = useParams();
  const run = useQuery(runQuery(api, runId));
  return (
    <Loaded query={run}>
      {(told) => (
        <TimeRangeProvider>
          <LoadedRun run={told} />
        </TimeRangeProvider>
      )}
    </Loaded>
  );
}

function LoadedRun({ run }: { run: RunResource }) {
  const { api } = useSession();
  const isEnded = isFinal(run);
  const { instant } = useTimeFormat();
  const { range } = useTimeRange();
  const parameters = useParameters();
  const label = parameters.get('label');
  const report = useQuery(reportQuery(api, run.id, isEnded));
  const breakdown = useQuery(breakdownQuery(api, run.id, isEnded, range));
  const tasks = useQuery(tasksQuery(api, run.id, isEnded));
  const [connection, setConnection] = useState<RunConnection>(isEnded ? 'ended' : 'polling');
  useRefreshAtEnd(run.id, isEnded);
  const labels = breakdown.data?.labels.map((one) => one.label) ?? [];
  return (
    <Screen
      title={run.scenarioName}
      crumb={`Run of ${instant(run.createdAt)}`}
      above={[
        { text: 'Scenarios', href: '/scenarios' },
        { text: run.scenarioName, href: `/scenarios/${run.scenarioId}` },
      ]}
      actions={<RunActions run={run} report={report.data ?? null} />}
    >
      <RunSummary run={run} report={report.data ?? null} connection={connection} />
      <RangeBar run={run} total={breakdown.data?.total ?? null}>
        <Select
          ariaLabel="Label"
          filteringType="auto"
          selectedOption={{ value: label ?? '', label: label ?? 'All requests' }}
          options={[{ value: '', label: 'All requests' }, ...labels.map((one) => ({ value: one, label: one }))]}
          onChange={({ detail }) => parameters.set({ label: detail.selectedOption.value ?? null })}
        />
      </RangeBar>
      <LiveCharts
        runId={run.id}
        isEnded={isEnded}
        label={label}
        endSecond={report.data?.durationSeconds ?? null}
        onConnection={setConnection}
      />
      <Tabs
        activeTabId={parameters.get('tab') ?? 'labels'}
        onChange={({ detail }) => parameters.set({ tab: detail.activeTabId })}
        tabs={[
          {
            id: 'labels',
            label: 'Requests',
            content: (
              <Loaded query={breakdown}>
                {(told) => (
                  <SpaceBetween size="l">
                    <LabelTable runId={run.id} breakdown={told} />
                    <RegionTable runId={run.id} breakdown={told} />
                  </SpaceBetween>
                )}
              </Loaded>
            ),
          },
          {
            id: 'errors',
            label: 'Errors',
            content: <Loaded query={breakdown}>{(told) => <RunErrors breakdown={told} />}</Loaded>,
          },
          {
            id: 'generators',
            label: 'Generators',
            content: (
              <Loaded query={tasks}>{({ items }) => <Generators tasks={items} report={report.data ?? null} />}</Loaded>
            ),
          },
          {
            id: 'logs',
            label: 'Logs',
            content: (
              <Loaded query={tasks}>
                {({ items }) => <TaskLogs runId={run.id} tasks={items} isEnded={isEnded} />}
              </Loaded>
            ),
          },
          { id: 'source', label: 'What ran', content: <WhatRan run={run} /> },
          { id: 'artifacts', label: 'Artifacts', content: <Artifacts runId={run.id} isEnded={isEnded} /> },
        ]}
      />
    </Screen>
  );
}

/** What was read while the run went on is read once more when it has ended: then it is whole. */
function useRefreshAtEnd(runId: string, isEnded: boolean): void {
  const queries = useQueryClient();
  const wasEnded = useRef(isEnded);
  useEffect(() => {
    if (!isEnded || wasEnded.current) return;
    wasEnded.current = true;
    for (const key of ['series', 'breakdown', 'heatmap', 'tasks', 'distribution', 'artifacts']) {
      void queries.invalidateQueries({ queryKey: [key, runId] });
    }
  }, [isEnded, queries, runId]);
}

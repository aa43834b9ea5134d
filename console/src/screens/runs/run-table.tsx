/** Runs as rows: of everything, or of one scenario. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { RunResource } from '../../../../core/api/runs.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { formatMs, formatRate, formatShare } from '../../format/numbers.ts';
import { formatDuration, useTimeFormat } from '../../format/times.ts';
import { AppLink } from '../../shell/app-link.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { RunStatus, statusOf } from './run-status.tsx';

interface RunTableProps {
  id: string;
  title: string;
  rows: readonly RunResource[];
  isLoading: boolean;
  actions?: ReactNode;
  /** Leaves out the scenario's column: they are all of one. */
  isOfOneScenario?: boolean;
}

/** Seconds from go to the end; null while it has none. */
export function loadSecondsOf({ endedAt, goAt }: RunResource): number | null {
  return goAt === null || endedAt === null ? null : Math.max(0, (Date.parse(endedAt) - Date.parse(goAt)) / 1_000);
}

export function RunTable({ id, title, rows, isLoading, actions, isOfOneScenario = false }: RunTableProps) {
  const { instant } = useTimeFormat();
  const columns: Column<RunResource>[] = [
    {
      id: 'created',
      header: 'Started',
      cell: (run) => <AppLink href={`/runs/${run.id}`}>{instant(run.createdAt)}</AppLink>,
      value: (run) => run.createdAt,
      width: 210,
    },
    {
      id: 'status',
      header: 'Result',
      cell: (run) => <RunStatus run={run} />,
      value: (run) => statusOf(run)[1],
      width: 140,
    },
    ...(isOfOneScenario
      ? []
      : [
          {
            id: 'scenario',
            header: 'Scenario',
            cell: (run: RunResource) => <AppLink href={`/scenarios/${run.scenarioId}`}>{run.scenarioName}</AppLink>,
            value: (run: RunResource) => run.scenarioName,
            width: 260,
          },
        ]),
    {
      id: 'regions',
      header: 'Regions',
      cell: (run) => run.regions.map(({ name, tasks }) => `${name} × ${tasks}`).join(', '),
      value: (run) => run.regions.map(({ name }) => name).join(' '),
      width: 200,
    },
    {
      id: 'duration',
      header: 'Duration',
      cell: (run) => formatDuration(loadSecondsOf(run)),
      value: loadSecondsOf,
      width: 120,
    },
    {
      id: 'rate',
      header: 'Throughput',
      cell: ({ scenarioName, summary }) =>
        summary === null ? (
          '–'
        ) : (
          <SpaceBetween direction="horizontal" size="xs">
            {formatRate(summary.requestsPerSecond)}
            <Sparkline values={summary.sparkline} label={`Requests per second of ${scenarioName} over its run`} />
          </SpaceBetween>
        ),
      value: ({ summary }) => summary?.requestsPerSecond ?? null,
      width: 200,
    },
    {
      id: 'p95',
      header: 'p95',
      cell: ({ summary }) => formatMs(summary?.p95Ms),
      value: ({ summary }) => summary?.p95Ms ?? null,
      width: 100,
    },
    {
      id: 'failed',
      header: 'Failed',
      cell: ({ summary }) => (summary === null ? '–' : formatShare(summary.failures, summary.requests)),
      value: ({ summary }) => (summary === null || summary.requests === 0 ? null : summary.failures / summary.requests),
      width: 100,
    },
    { id: 'reason', header: 'Reason', cell: (run) => run.reason ?? '', value: (run) => run.reason },
  ];
  return (
    <DataTable
      id={id}
      title={title}
      columns={columns}
      rows={rows}
      rowId={(run) => run.id}
      isLoading={isLoading}
      isSearchable
      actions={actions}
      empty={
        <>
          Nothing has been run yet. <AppLink href="/scenarios">Start a scenario</AppLink>
        </>
      }
    />
  );
}

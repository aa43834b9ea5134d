/** Runs as rows: of everything, or of one scenario. */
import type { ReactNode } from 'react';
import type { RunResource } from '../../../../core/api/runs.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { shortHash } from '../../format/hash.ts';
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
  /** Only what tells how they went. */
  isShort?: boolean;
}

/** Seconds from go to the end of the last request, as the report has it; null while that is not known. */
function durationSecondsOf({ summary }: RunResource): number | null {
  return summary === null || summary.requestsPerSecond === 0 ? null : summary.requests / summary.requestsPerSecond;
}

export function RunTable({
  id,
  title,
  rows,
  isLoading,
  actions,
  isOfOneScenario = false,
  isShort = false,
}: RunTableProps) {
  const { instant } = useTimeFormat();
  const details: Column<RunResource>[] = [
    {
      id: 'version',
      header: 'Version',
      cell: ({ sourceSha256 }) =>
        sourceSha256 === null ? '–' : <code title="Of the scenario and its files">{shortHash(sourceSha256)}</code>,
      value: ({ sourceSha256 }) => sourceSha256,
    },
    {
      id: 'regions',
      header: 'Regions',
      cell: (run) => run.regions.map(({ name, tasks }) => `${name} × ${tasks}`).join(', '),
      value: (run) => run.regions.map(({ name }) => name).join(' '),
    },
    {
      id: 'reason',
      header: 'Reason',
      cell: ({ reason }) => (
        <div className="clamped" title={reason ?? undefined}>
          {reason}
        </div>
      ),
      value: ({ reason }) => reason,
      isLong: true,
    },
  ];
  const columns: Column<RunResource>[] = [
    {
      id: 'created',
      header: 'Started',
      cell: (run) => <AppLink href={`/runs/${run.id}`}>{instant(run.createdAt)}</AppLink>,
      value: (run) => run.createdAt,
    },
    {
      id: 'status',
      header: 'Result',
      cell: (run) => <RunStatus run={run} />,
      value: (run) => statusOf(run)[1],
    },
    ...(isOfOneScenario
      ? []
      : [
          {
            id: 'scenario',
            header: 'Scenario',
            cell: (run: RunResource) => <AppLink href={`/scenarios/${run.scenarioId}`}>{run.scenarioName}</AppLink>,
            value: (run: RunResource) => run.scenarioName,
            isLong: true,
          },
        ]),
    {
      id: 'duration',
      header: 'Duration',
      cell: (run) => formatDuration(durationSecondsOf(run)),
      value: durationSecondsOf,
    },
    {
      id: 'rate',
      header: 'Throughput',
      cell: ({ scenarioName, summary }) =>
        summary === null ? (
          '–'
        ) : (
          <div className="side-by-side">
            {formatRate(summary.requestsPerSecond)}
            <Sparkline values={summary.sparkline} label={`Requests per second of ${scenarioName} over its run`} />
          </div>
        ),
      value: ({ summary }) => summary?.requestsPerSecond ?? null,
    },
    {
      id: 'p95',
      header: 'p95',
      cell: ({ summary }) => formatMs(summary?.p95Ms),
      value: ({ summary }) => summary?.p95Ms ?? null,
    },
    {
      id: 'failed',
      header: 'Failed',
      cell: ({ summary }) => (summary === null ? '–' : formatShare(summary.failures, summary.requests)),
      value: ({ summary }) => (summary === null || summary.requests === 0 ? null : summary.failures / summary.requests),
    },
    ...(isShort ? [] : details),
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

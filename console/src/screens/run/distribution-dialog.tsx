/** The whole distribution of a label or a region in the chosen time, as exactly as it was counted. */
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { DistributionSummary, StatisticsSummary } from '../../../../core/report/report.ts';
import { timeNames } from '../../../../core/report/time-names.ts';
import { distributionQuery } from '../../api/run-queries.ts';
import { useTimeRange } from '../../charts/time-range.tsx';
import { formatCount, formatMs } from '../../format/numbers.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { Histogram } from './histogram.tsx';

interface DistributionDialogProps {
  runId: string;
  name: string;
  label: string | null;
  region: string | null;
  statistics: StatisticsSummary;
  onClose(): void;
}

const quantiles = ['min', 'mean', 'stdev', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

interface Row {
  title: string;
  summary: DistributionSummary;
}

const columns: Column<Row>[] = [
  { id: 'title', header: 'Time', cell: ({ title }) => title, value: ({ title }) => title },
  {
    id: 'count',
    header: 'Count',
    cell: ({ summary }) => formatCount(summary.count),
    value: ({ summary }) => summary.count,
  },
  ...quantiles.map((quantile) => ({
    id: quantile,
    header: quantile === 'p999' ? 'p99.9' : quantile,
    cell: ({ summary }: Row) => formatMs(summary[quantile]),
    value: ({ summary }: Row) => summary[quantile],
  })),
];

export function DistributionDialog({ runId, name, label, region, statistics, onClose }: DistributionDialogProps) {
  const { api } = useSession();
  const { range } = useTimeRange();
  const distribution = useQuery(distributionQuery(api, runId, { label, region, range }));
  const rows = timeNames
    .map(([key, title]) => ({ title, summary: statistics[key] }))
    .filter(({ summary }) => summary.count > 0);
  return (
    <Modal visible size="max" header={name} onDismiss={onClose} closeAriaLabel="Close">
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Requests', value: formatCount(statistics.requests) },
            { label: 'Failed', value: formatCount(statistics.failures) },
            { label: 'Late starts', value: formatCount(statistics.lateStarts) },
            { label: 'Most at once', value: formatCount(statistics.concurrencyMax) },
          ]}
        />
        <DataTable
          id="times"
          title="Times"
          variant="embedded"
          columns={columns}
          rows={rows}
          rowId={({ title }) => title}
          isFirstFixed
          empty="Nothing was measured in this time."
        />
        <Loaded query={distribution}>{({ responseTime }) => <Histogram title={name} buckets={responseTime} />}</Loaded>
      </SpaceBetween>
    </Modal>
  );
}

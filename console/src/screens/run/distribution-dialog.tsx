/** The whole distribution of a label or a region in the chosen time, as exactly as it was counted. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { RunDistribution } from '../../../../core/api/runs.ts';
import type { DistributionSummary, StatisticsSummary } from '../../../../core/report/report.ts';
import { distributionQuery } from '../../api/run-queries.ts';
import { useTimeRange } from '../../charts/time-range.tsx';
import { saveFile, toCsv } from '../../format/csv.ts';
import { formatCount, formatMs } from '../../format/numbers.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { Histogram } from './histogram.tsx';

interface DistributionDialogProps {
  runId: string;
  name: string;
  label: string | null;
  region: string | null;
  statistics: StatisticsSummary;
  onClose(): void;
}

const timeRows: [keyof StatisticsSummary, string][] = [
  ['responseTimeMs', 'Response time'],
  ['serviceTimeMs', 'Service time'],
  ['timeToFirstByteMs', 'Time to first byte'],
  ['resolveMs', 'Name resolution'],
  ['connectMs', 'TCP connect'],
  ['tlsHandshakeMs', 'TLS handshake'],
  ['transferMs', 'Transfer'],
];
const columns = ['min', 'mean', 'stdev', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

export function DistributionDialog({ runId, name, label, region, statistics, onClose }: DistributionDialogProps) {
  const { api } = useSession();
  const { range } = useTimeRange();
  const distribution = useQuery(distributionQuery(api, runId, { label, region, range }));
  const rows = timeRows
    .map(([key, title]) => ({ title, summary: statistics[key] as DistributionSummary }))
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
        <Table
          variant="embedded"
          items={rows}
          trackBy="title"
          header={<Box variant="h3">Times</Box>}
          columnDefinitions={[
            { id: 'title', header: 'Time', cell: ({ title }) => title, isRowHeader: true },
            { id: 'count', header: 'Count', cell: ({ summary }) => formatCount(summary.count) },
            ...columns.map((column) => ({
              id: column,
              header: column === 'p999' ? 'p99.9' : column,
              cell: ({ summary }: (typeof rows)[number]) => formatMs(summary[column]),
            })),
          ]}
        />
        <Loaded query={distribution}>
          {(told) => (
            <SpaceBetween size="s">
              <Histogram buckets={told.responseTime} />
              <Button iconName="download" onClick={() => saveFile(`${name}.csv`, distributionCsv(told))}>
                Buckets as CSV
              </Button>
            </SpaceBetween>
          )}
        </Loaded>
      </SpaceBetween>
    </Modal>
  );
}

function distributionCsv({ responseTime }: RunDistribution): string {
  return toCsv([['fromUs', 'toUs', 'count'], ...responseTime.map(({ count, fromUs, toUs }) => [fromUs, toUs, count])]);
}

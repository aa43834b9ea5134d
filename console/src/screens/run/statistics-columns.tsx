/** The columns that tables by label and by region share. */
import Button from '@cloudscape-design/components/button';
import type { StatisticsSummary } from '../../../../core/report/report.ts';
import { formatBytes, formatCount, formatMs, formatRate, formatShare } from '../../format/numbers.ts';
import type { Column } from '../../tables/data-table.tsx';

const times = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;

/** `nameOf`: what a row is called. `onOpen`: shows its whole distribution. */
export function statisticsColumns<Row extends StatisticsSummary>(
  header: string,
  nameOf: (row: Row) => string,
  onOpen: (row: Row) => void,
): Column<Row>[] {
  return [
    {
      id: 'name',
      header,
      cell: (row) => (
        <Button variant="inline-link" ariaLabel={`Distribution of ${nameOf(row)}`} onClick={() => onOpen(row)}>
          {nameOf(row)}
        </Button>
      ),
      value: nameOf,
      isLong: true,
    },
    {
      id: 'requests',
      header: 'Requests',
      cell: ({ requests }) => formatCount(requests),
      value: ({ requests }) => requests,
    },
    {
      id: 'rate',
      header: 'Rate',
      cell: ({ requestsPerSecond }) => formatRate(requestsPerSecond),
      value: ({ requestsPerSecond }) => requestsPerSecond,
    },
    {
      id: 'failures',
      header: 'Failed',
      cell: ({ failures }) => formatCount(failures),
      value: ({ failures }) => failures,
    },
    {
      id: 'share',
      header: 'Failed %',
      cell: ({ failures, requests }) => formatShare(failures, requests),
      value: ({ failures, requests }) => (requests === 0 ? 0 : (failures / requests) * 100),
    },
    ...times.map((name) => ({
      id: name,
      header: name === 'p999' ? 'p99.9' : name,
      cell: ({ responseTimeMs }: Row) => (responseTimeMs.count === 0 ? '–' : formatMs(responseTimeMs[name])),
      value: ({ responseTimeMs }: Row) => responseTimeMs[name],
    })),
    {
      id: 'service',
      header: 'Service p95',
      cell: ({ serviceTimeMs }) => (serviceTimeMs.count === 0 ? '–' : formatMs(serviceTimeMs.p95)),
      value: ({ serviceTimeMs }) => serviceTimeMs.p95,
    },
    {
      id: 'received',
      header: 'Received',
      cell: ({ bytesReceived }) => formatBytes(bytesReceived),
      value: ({ bytesReceived }) => bytesReceived,
    },
  ];
}

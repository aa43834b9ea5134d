/** What went wrong in the chosen time: each kind with an example. */
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { Breakdown } from '../../../../core/api/runs.ts';
import type { ErrorSummary } from '../../../../core/report/report.ts';
import { formatCount, formatShare } from '../../format/numbers.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';

type Row = ErrorSummary & { label: string; requests: number };

const columns: Column<Row>[] = [
  { id: 'label', header: 'Label', cell: ({ label }) => label, value: ({ label }) => label, width: 200 },
  { id: 'type', header: 'Kind', cell: ({ type }) => type, value: ({ type }) => type, width: 130 },
  { id: 'message', header: 'Message', cell: ({ message }) => message, value: ({ message }) => message, width: 320 },
  { id: 'count', header: 'Count', cell: ({ count }) => formatCount(count), value: ({ count }) => count, width: 110 },
  {
    id: 'share',
    header: 'Of its requests',
    cell: ({ count, requests }) => formatShare(count, requests),
    value: ({ count, requests }) => (requests === 0 ? 0 : count / requests),
    width: 140,
  },
  {
    id: 'example',
    header: 'Example: request and answer',
    cell: ({ example }) =>
      example === null ? (
        '–'
      ) : (
        <ExpandableSection headerText={example.split('\n', 1)[0] ?? 'Example'}>
          <Box variant="code">
            <pre className="document">{example}</pre>
          </Box>
        </ExpandableSection>
      ),
    value: ({ example }) => example,
  },
];

export function RunErrors({ breakdown }: { breakdown: Breakdown }) {
  const rows = breakdown.labels.flatMap(({ errors, label, requests }) =>
    errors.map((error) => ({ ...error, label, requests })),
  );
  return (
    <DataTable
      id="errors"
      title="Errors"
      columns={columns}
      rows={rows.toSorted((one, other) => other.count - one.count)}
      rowId={({ label, message, type }) => `${label}\n${type}\n${message}`}
      isSearchable
      empty="No request failed in this time."
    />
  );
}

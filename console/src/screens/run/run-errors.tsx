/** What went wrong in the chosen time: each kind with an example. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useState } from 'react';
import type { Breakdown } from '../../../../core/api/runs.ts';
import type { ErrorSummary } from '../../../../core/report/report.ts';
import { formatCount, formatShare } from '../../format/numbers.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';

type Row = ErrorSummary & { label: string; requests: number };

const columnsOf = (onShow: (row: Row) => void): Column<Row>[] => [
  { id: 'label', header: 'Label', cell: ({ label }) => label, value: ({ label }) => label, isLong: true },
  { id: 'type', header: 'Kind', cell: ({ type }) => type, value: ({ type }) => type },
  { id: 'message', header: 'Message', cell: ({ message }) => message, value: ({ message }) => message, isLong: true },
  { id: 'count', header: 'Count', cell: ({ count }) => formatCount(count), value: ({ count }) => count },
  {
    id: 'share',
    header: 'Of its requests',
    cell: ({ count, requests }) => formatShare(count, requests),
    value: ({ count, requests }) => (requests === 0 ? 0 : count / requests),
  },
  {
    id: 'example',
    header: 'Example',
    cell: (row) =>
      row.example === null ? (
        '–'
      ) : (
        <Button variant="inline-link" ariaLabel={`Example of ${row.message}`} onClick={() => onShow(row)}>
          Request and answer
        </Button>
      ),
    value: ({ example }) => example,
  },
];

export function RunErrors({ breakdown }: { breakdown: Breakdown }) {
  const [shown, setShown] = useState<Row | null>(null);
  const rows = breakdown.labels.flatMap(({ errors, label, requests }) =>
    errors.map((error) => ({ ...error, label, requests })),
  );
  return (
    <>
      <DataTable
        id="errors"
        title="Errors"
        columns={columnsOf(setShown)}
        rows={rows.toSorted((one, other) => other.count - one.count)}
        rowId={({ label, message, type }) => `${label}\n${type}\n${message}`}
        isSearchable
        empty="No request failed in this time."
      />
      {shown !== null && (
        <Modal
          visible
          size="max"
          header={`${shown.label}: ${shown.message}`}
          closeAriaLabel="Close"
          onDismiss={() => setShown(null)}
        >
          <Box variant="code">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
            <pre className="document" tabIndex={0}>
              {shown.example}
            </pre>
          </Box>
        </Modal>
      )}
    </>
  );
}

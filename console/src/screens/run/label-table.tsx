/** What each kind of request did in the chosen time. */
import { useState } from 'react';
import type { Breakdown } from '../../../../core/api/runs.ts';
import type { LabelStatistics } from '../../api/run-queries.ts';
import { DataTable } from '../../tables/data-table.tsx';
import { DistributionDialog } from './distribution-dialog.tsx';
import { statisticsColumns } from './statistics-columns.tsx';

export function LabelTable({ runId, breakdown }: { runId: string; breakdown: Breakdown }) {
  const [opened, setOpened] = useState<LabelStatistics | null>(null);
  const total: LabelStatistics = { ...breakdown.total, label: 'All requests' };
  const rows = breakdown.labels.length > 1 ? [total, ...breakdown.labels] : breakdown.labels;
  return (
    <>
      <DataTable
        id="labels"
        title="By request"
        columns={statisticsColumns<LabelStatistics>('Label', ({ label }) => label, setOpened)}
        rows={rows}
        rowId={(row) => (row === total ? '\0all' : row.label)}
        isSearchable
        pageSize={50}
        isFirstFixed
        empty="Nothing was measured in this time."
      />
      {opened !== null && (
        <DistributionDialog
          runId={runId}
          name={opened.label}
          label={opened === total || opened.label === total.label ? null : opened.label}
          region={null}
          statistics={opened}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

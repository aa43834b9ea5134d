/** What each region saw in the chosen time. */
import { useState } from 'react';
import type { Breakdown } from '../../../../core/api/runs.ts';
import type { StatisticsSummary } from '../../../../core/report/report.ts';
import { DataTable } from '../../tables/data-table.tsx';
import { DistributionDialog } from './distribution-dialog.tsx';
import { statisticsColumns } from './statistics-columns.tsx';

type Row = StatisticsSummary & { region: string };

export function RegionTable({ runId, breakdown }: { runId: string; breakdown: Breakdown }) {
  const [opened, setOpened] = useState<Row | null>(null);
  return (
    <>
      <DataTable
        id="by-region"
        title="By region"
        columns={statisticsColumns<Row>('Region', ({ region }) => region, setOpened)}
        rows={Object.entries(breakdown.regions).map(([region, statistics]) => ({ ...statistics, region }))}
        rowId={({ region }) => region}
        isFirstFixed
        empty="Nothing was measured in this time."
      />
      {opened !== null && (
        <DistributionDialog
          runId={runId}
          name={opened.region}
          label={null}
          region={opened.region}
          statistics={opened}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

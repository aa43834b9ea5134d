/** How a scenario's runs went, one after the other: throughput, p95 and errors. */
import Alert from '@cloudscape-design/components/alert';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import { useMemo } from 'react';
import type { RunResource } from '../../../../core/api/runs.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { formatMs, formatNumber, formatRate } from '../../format/numbers.ts';

const RUNS_MAX = 50;

/** `runs`: newest first. */
export function ScenarioTrend({ runs }: { runs: readonly RunResource[] }) {
  const measured = useMemo(
    () =>
      runs
        .filter((run) => run.summary !== null)
        .slice(0, RUNS_MAX)
        .toReversed(),
    [runs],
  );
  const chart = useMemo(() => {
    const summaries = measured.map(({ summary }) => summary!);
    return {
      numbers: measured.map((_, index) => index),
      rate: summaries.map(({ requestsPerSecond }) => requestsPerSecond),
      p95: summaries.map(({ p95Ms }) => p95Ms),
      failures: summaries.map(({ failures, requests }) => (requests === 0 ? 0 : (failures / requests) * 100)),
    };
  }, [measured]);
  if (measured.length < 2) return <Alert>After two runs this shows how they compare.</Alert>;
  const shared = {
    seconds: chart.numbers,
    height: 160,
    xName: 'Run',
    formatX: (index: number) => (Number.isInteger(index) ? String(index + 1) : ''),
    isBrushable: false,
  };
  return (
    <ColumnLayout columns={3} minColumnWidth={260}>
      <TimeChart
        {...shared}
        title="Throughput"
        format={formatRate}
        series={[{ name: 'requests/s', values: chart.rate }]}
      />
      <TimeChart
        {...shared}
        title="Response time, p95"
        format={formatMs}
        series={[{ name: 'p95', values: chart.p95 }]}
      />
      <TimeChart
        {...shared}
        title="Errors"
        format={(percent) => `${formatNumber(percent)} %`}
        series={[{ name: 'failed', values: chart.failures, colour: 'bad' }]}
      />
    </ColumnLayout>
  );
}

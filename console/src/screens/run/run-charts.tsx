/** All charts of a run: they share the cursor and the time range. */
import Alert from '@cloudscape-design/components/alert';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { RunPlan, Series } from '../../../../core/api/runs.ts';
import { heatmapQuery, runPlanQuery } from '../../api/run-queries.ts';
import { HeatmapChart } from '../../charts/heatmap.tsx';
import { type ChartSeries, TimeChart } from '../../charts/time-chart.tsx';
import { useTimeRange } from '../../charts/time-range.tsx';
import { formatCount, formatMs, formatRate } from '../../format/numbers.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { withMeasuredEnd } from './last-point.ts';
import { plannedAt, plannedOf } from './plan-line.ts';

const percentiles = ['p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;
type Percentile = (typeof percentiles)[number];
const percentileOptions = percentiles.map((value) => ({ value, label: value === 'p999' ? 'p99.9' : value }));

interface RunChartsProps {
  runId: string;
  isEnded: boolean;
  label: string | null;
  series: Series;
  /** When the last request ended, from go; null while that is not known. */
  endSecond: number | null;
}

/** Points with a gap where nothing was measured for longer than a point. */
export function withGaps({
  points,
  resolutionSeconds,
}: Series): (Series['points'][number] | { second: number; gap: true })[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const isGap = before !== undefined && point.second > before.second + resolutionSeconds;
    return isGap ? [{ second: before.second + resolutionSeconds, gap: true as const }, point] : [point];
  });
}

export function RunCharts({ runId, isEnded, label, series, endSecond }: RunChartsProps) {
  const { api } = useSession();
  const { range } = useTimeRange();
  const plan = useQuery(runPlanQuery(api, runId));
  const heatmap = useQuery(heatmapQuery(api, runId, isEnded, label, range));
  const [shown, setShown] = useState<Percentile[]>(['p50', 'p95', 'p99']);
  const points = useMemo(
    () => withGaps({ ...series, points: [...withMeasuredEnd(series.points, endSecond)] }),
    [series, endSecond],
  );
  const seconds = useMemo(() => points.map(({ second }) => second), [points]);
  const lines = useMemo(() => linesOf(points, plan.data ?? null, seconds, label), [points, plan.data, seconds, label]);
  const times = useMemo<ChartSeries[]>(
    () =>
      shown.map((name) => ({
        name: name === 'p999' ? 'p99.9' : name,
        colour: percentiles.indexOf(name),
        values: points.map((point) =>
          'gap' in point || point.responseTimeMs.count === 0 ? null : point.responseTimeMs[name],
        ),
      })),
    [points, shown],
  );
  const chooser = useMemo(
    () => (
      <div className="percentiles">
        <Multiselect
          expandToViewport
          placeholder="Percentiles"
          inlineTokens
          selectedOptions={percentileOptions.filter(({ value }) => shown.includes(value))}
          options={percentileOptions}
          onChange={({ detail }) =>
            setShown(percentiles.filter((name) => detail.selectedOptions.some(({ value }) => value === name)))
          }
        />
      </div>
    ),
    [shown],
  );
  if (points.length === 0) return <Alert type="info">{isEnded ? 'Nothing was measured.' : 'No samples yet.'}</Alert>;
  return (
    <SpaceBetween size="l">
      <ColumnLayout columns={2} minColumnWidth={380}>
        <TimeChart title="Requests per second" seconds={seconds} series={lines.rate} format={formatRate} />
        <TimeChart title="Response time" seconds={seconds} series={times} format={formatMs} actions={chooser} />
      </ColumnLayout>
      <Loaded query={heatmap}>{(data) => <HeatmapChart title="Response times" data={data} />}</Loaded>
      <ColumnLayout columns={3} minColumnWidth={300}>
        <TimeChart title="Errors per second" seconds={seconds} series={lines.failures} format={formatRate} />
        <TimeChart title="Response codes per second" seconds={seconds} series={lines.codes} format={formatRate} />
        <TimeChart
          title={label === null ? 'Virtual users' : 'Requests under way'}
          seconds={seconds}
          series={lines.users}
          format={formatCount}
        />
      </ColumnLayout>
    </SpaceBetween>
  );
}

type Points = ReturnType<typeof withGaps>;

function linesOf(points: Points, plan: RunPlan | null, seconds: readonly number[], label: string | null) {
  const measured = (of: (point: Series['points'][number]) => number) =>
    points.map((point) => ('gap' in point ? null : of(point)));
  const codes = [...new Set(points.flatMap((point) => ('gap' in point ? [] : Object.keys(point.codes))))].sort();
  // The plan is of all labels together.
  const planned = (unit: RunPlan['executions'][number]['unit'], name: string): ChartSeries[] => {
    const executions = plan === null || label !== null ? null : plannedOf(plan);
    const values = executions === null ? null : plannedAt(executions, unit, seconds);
    return values === null ? [] : [{ name, values, isDashed: true, colour: 7 }];
  };
  return {
    rate: [
      { name: 'requests/s', values: measured(({ requestsPerSecond }) => requestsPerSecond) },
      ...planned('requests/s', 'planned'),
      ...planned('iterations/s', 'planned iterations/s'),
    ] satisfies ChartSeries[],
    failures: [
      {
        name: 'failed/s',
        colour: 'bad',
        isFilled: true,
        values: measured(({ failures, seconds: of }) => failures / of),
      },
    ] satisfies ChartSeries[],
    codes: codes.map((code, index) => ({
      name: code,
      colour: code >= '500' ? ('bad' as const) : index,
      values: measured((point) => (point.codes[code] ?? 0) / point.seconds),
    })),
    users: [
      { name: label === null ? 'users' : 'under way', isStepped: true, values: measured(({ users }) => users) },
      ...planned('users', 'planned'),
    ] satisfies ChartSeries[],
  };
}

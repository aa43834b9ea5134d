/** How well the load generators themselves did: what makes a run's numbers trustworthy. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { RunTask } from '../../../../core/api/runs.ts';
import type { Report } from '../../../../core/report/report.ts';
import { formatBytes, formatCount, formatMs, formatNumber } from '../../format/numbers.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';

interface Row extends RunTask {
  remarks: string[];
  isHealthy: boolean | null;
}

const states: Record<RunTask['state'], StatusIndicatorProps.Type> = {
  planned: 'pending',
  starting: 'in-progress',
  ready: 'in-progress',
  running: 'in-progress',
  delivered: 'success',
  lost: 'error',
};

const columns: Column<Row>[] = [
  {
    id: 'task',
    header: 'Task',
    cell: ({ region, task }) => `${region} ${task}`,
    value: ({ region, task }) => `${region} ${task}`,
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ isHealthy, state }) => (
      <StatusIndicator type={isHealthy === false && state === 'delivered' ? 'warning' : states[state]}>
        {isHealthy === false && state === 'delivered' ? 'not healthy' : state}
      </StatusIndicator>
    ),
    value: ({ state }) => state,
  },
  {
    id: 'requests',
    header: 'Requests',
    cell: ({ statistics }) => (statistics === null ? '–' : formatCount(statistics.requests)),
    value: ({ statistics }) => statistics?.requests ?? null,
  },
  {
    id: 'cpu',
    header: 'CPU, most',
    cell: ({ health }) => (health === null ? '–' : `${formatNumber(health.cpuPercentMax)} %`),
    value: ({ health }) => health?.cpuPercentMax ?? null,
  },
  {
    id: 'lateness',
    header: 'Start lateness, p99',
    cell: ({ health }) => (health === null ? '–' : formatMs(health.startLatenessMs.p99)),
    value: ({ health }) => health?.startLatenessMs.p99 ?? null,
  },
  {
    id: 'lag',
    header: 'Event loop lag, p99',
    cell: ({ health }) => (health === null ? '–' : formatMs(health.eventLoopLagMs.p99)),
    value: ({ health }) => health?.eventLoopLagMs.p99 ?? null,
  },
  {
    id: 'skew',
    header: 'Began after go',
    cell: ({ health }) => (health === null ? '–' : formatMs(health.startSkewMs)),
    value: ({ health }) => health?.startSkewMs ?? null,
  },
  {
    id: 'memory',
    header: 'Memory, most',
    cell: ({ health }) => (health === null ? '–' : formatBytes(health.memoryBytesMax)),
    value: ({ health }) => health?.memoryBytesMax ?? null,
  },
  {
    id: 'remarks',
    header: 'Remarks',
    cell: ({ reason, remarks }) => [...(reason === null ? [] : [reason]), ...remarks].join(' '),
    value: ({ reason, remarks }) => [reason ?? '', ...remarks].join(' ').trim(),
    isLong: true,
  },
];

export function Generators({ tasks, report }: { tasks: readonly RunTask[]; report: Report | null }) {
  const rows = tasks.map((task) => {
    const generator = report?.generators.find((one) => one.region === task.region && one.task === task.task);
    return { ...task, remarks: generator?.remarks ?? [], isHealthy: generator?.healthy ?? null };
  });
  return (
    <DataTable
      id="generators"
      title="Load generators"
      description="A generator that is late or out of CPU makes the target look slower than it is: then the run is invalid."
      columns={columns}
      rows={rows}
      rowId={({ region, task }) => `${region} ${task}`}
      isSearchable
      empty="No task was planned."
    />
  );
}

/** On top of a run's page: how it went, why, and its main numbers. */
import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Popover from '@cloudscape-design/components/popover';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import type { RunResource } from '../../../../core/api/runs.ts';
import type { Report } from '../../../../core/report/report.ts';
import { isFinal } from '../../api/queries.ts';
import { CostValue } from '../../costs/cost-value.tsx';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from '../../format/numbers.ts';
import { formatDuration, useTimeFormat } from '../../format/times.ts';
import type { RunConnection } from '../../live/run-feed.ts';
import { RunStatus } from '../runs/run-status.tsx';

interface RunSummaryProps {
  run: RunResource;
  report: Report | null;
  connection: RunConnection;
}

export function RunSummary({ run, report, connection }: RunSummaryProps) {
  const { instant } = useTimeFormat();
  return (
    <SpaceBetween size="m">
      <Verdict run={run} report={report} />
      <Container>
        <SpaceBetween size="m">
          <ColumnLayout columns={4} variant="text-grid" minColumnWidth={150}>
            <Fact name="Result">
              <RunStatus run={run} />
            </Fact>
            <Fact name="Started">{instant(run.goAt ?? run.createdAt)}</Fact>
            <Fact name="Regions">{run.regions.map(({ name, tasks }) => `${name} × ${tasks}`).join(', ')}</Fact>
            <Fact name={isFinal(run) ? 'Duration' : 'Planned duration'}>
              {formatDuration(report?.durationSeconds ?? run.durationSeconds)}
            </Fact>
            {factsOf(run, report).map(([name, value]) => (
              <Fact key={String(name)} name={name === RESPONSE_TIME ? <TimesExplained /> : name}>
                {value}
              </Fact>
            ))}
            {run.cost !== null && (
              <Fact name="Cost">
                <CostValue cost={run.cost} />
              </Fact>
            )}
          </ColumnLayout>
          {!isFinal(run) && <Progress run={run} connection={connection} />}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <Box variant="awsui-key-label">{name}</Box>
      <div>{children}</div>
    </div>
  );
}

const RESPONSE_TIME = 'Response time';

/** The main numbers: of the report, else as far as they are known live. */
function factsOf({ live }: RunResource, report: Report | null): [string, string][] {
  if (report !== null) {
    const { failures, requests, requestsPerSecond, responseTimeMs } = report.total;
    return [
      ['Requests', formatCount(requests)],
      ['Throughput', formatRate(requestsPerSecond)],
      ['Errors', `${formatCount(failures)} (${formatShare(failures, requests)})`],
      [
        RESPONSE_TIME,
        `p50 ${formatMs(responseTimeMs.p50)}, p95 ${formatMs(responseTimeMs.p95)}, p99 ${formatMs(responseTimeMs.p99)}`,
      ],
    ];
  }
  if (live === null) return [];
  return [
    ['Requests', formatCount(live.requests)],
    ['Throughput', formatRate(live.requestsPerSecond)],
    ['Errors', `${formatCount(live.failures)} (${formatShare(live.failures, live.requests)})`],
    ['p95 now', formatMs(live.p95Ms)],
  ];
}

function TimesExplained() {
  return (
    <Popover
      header="Two times of a request"
      content={
        <SpaceBetween size="xs">
          <Box>
            <strong>Response time</strong> runs from the instant at which the plan wanted the request to begin until its
            answer was whole. It is what somebody would have waited.
          </Box>
          <Box>
            <strong>Service time</strong> runs from when the request was really sent. When the target is so slow that no
            user was free in time, the two differ, and a tool that shows only this one hides the wait.
          </Box>
          <Box>In the closed model, where a user begins when the last answer came, they are the same.</Box>
        </SpaceBetween>
      }
    >
      Response time
    </Popover>
  );
}

const alerts: Record<Report['verdict'], AlertProps.Type> = {
  passed: 'success',
  failed: 'error',
  invalid: 'warning',
  none: 'info',
};

function Verdict({ run, report }: { run: RunResource; report: Report | null }) {
  if (!isFinal(run))
    return run.cancelRequested ? (
      <Alert type="info">It is being cancelled: its load stops within 5 seconds.</Alert>
    ) : null;
  const failed = report?.criteria.filter(({ passed }) => !passed) ?? [];
  const remarks = report?.remarks ?? [];
  const reasons = [...(run.reason === null || remarks.includes(run.reason) ? [] : [run.reason]), ...remarks];
  const isUnsuccessful = run.phase !== 'complete';
  return (
    <Alert
      type={isUnsuccessful ? (run.phase === 'failed' ? 'error' : 'warning') : alerts[run.verdict ?? 'none']}
      header={headline(run)}
    >
      {failed.map((criterion) => (
        <div key={`${criterion.message}${criterion.label}`}>
          {criterion.message}
          {criterion.value !== null &&
            ` (${inUnit(criterion.value, criterion.unit)}, allowed ${inUnit(criterion.threshold, criterion.unit)})`}
          {criterion.triggeredAtSecond !== null && ` at ${formatDuration(criterion.triggeredAtSecond)}`}
        </div>
      ))}
      {reasons.map((reason) => (
        <div key={reason}>{reason.replace(/^Invalid: /, '')}</div>
      ))}
      {run.verdict === 'invalid' && (
        <Box padding={{ top: 'xs' }}>
          The numbers say as much about the load generators as about the target: do not decide on them. Give the run
          more tasks, or hosts that have nothing else to do, and run it again.
        </Box>
      )}
    </Alert>
  );
}

function inUnit(value: number, unit: Report['criteria'][number]['unit']): string {
  if (unit === 'seconds') return formatMs(value * 1_000);
  if (unit === 'percent') return `${formatNumber(value)} %`;
  return unit === 'bytes' ? formatBytes(value) : formatCount(value);
}

function headline({ phase, verdict }: RunResource): string {
  if (phase === 'failed') return 'The run failed';
  if (phase === 'cancelled') return 'The run was cancelled';
  if (verdict === 'passed') return 'Passed: all criteria hold';
  if (verdict === 'failed') return 'Failed: criteria do not hold';
  if (verdict === 'invalid') return 'Invalid: a load generator was not healthy';
  return 'Complete, without criteria';
}

function Progress({ run, connection }: { run: RunResource; connection: RunConnection }) {
  if (run.queue !== null) {
    const place =
      run.queue.position === 0 ? 'It is the next run to start' : `${formatAmount(run.queue.position, 'run')} before it`;
    return (
      <StatusIndicator type="pending">{`${place}${run.queue.waitingFor === null ? '' : `; it waits for ${run.queue.waitingFor}`}.`}</StatusIndicator>
    );
  }
  const seconds = run.goAt === null ? null : Math.max(0, (Date.now() - Date.parse(run.goAt)) / 1_000);
  const share = seconds === null || run.durationSeconds === null ? null : Math.min(1, seconds / run.durationSeconds);
  return (
    <SpaceBetween size="xs">
      {share !== null && (
        <ProgressBar
          value={share * 100}
          ariaLabel="Progress of the run"
          additionalInfo={`${formatDuration(Math.min(seconds ?? 0, run.durationSeconds ?? 0))} of ${formatDuration(run.durationSeconds)}, ${run.phase}`}
        />
      )}
      {share === null && <StatusIndicator type="in-progress">{run.phase}</StatusIndicator>}
      {connection === 'lost' && (
        <StatusIndicator type="warning">
          The control plane does not answer; this goes on by itself when it does.
        </StatusIndicator>
      )}
    </SpaceBetween>
  );
}

/** What a scenario says: where, how much load, which requests, and the document as it was written. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import type { LoadProfile } from '../../../../core/scenario/scenario.ts';
import type { TaurusLoad } from '../../../../core/taurus/taurus-scenario.ts';
import { saveFile } from '../../format/csv.ts';
import { formatAmount, formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';

/** A load profile in a sentence. */
function describeLoad(load: LoadProfile): string {
  const what =
    load.model === 'closed'
      ? formatAmount(load.concurrency, 'user')
      : `${formatNumber(load.startsPerSecond)} ${load.starts}/s${load.concurrency === null ? '' : ` with at most ${formatAmount(load.concurrency, 'user')}`}`;
  const parts = [what];
  if (load.stages !== null) {
    parts.push(
      `in ${formatAmount(load.stages.length, 'stage')} over ${formatDuration(load.stages.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0))}`,
    );
  }
  if (load.rampUpSeconds > 0) {
    parts.push(
      `ramped up over ${formatDuration(load.rampUpSeconds)}${load.steps === null ? '' : ` in ${formatAmount(load.steps, 'step')}`}`,
    );
  }
  if (load.holdForSeconds > 0) parts.push(`held for ${formatDuration(load.holdForSeconds)}`);
  if (load.iterations !== null) parts.push(`${formatAmount(load.iterations, 'iteration')} each`);
  return parts.join(', ');
}

const tools = { jmeter: 'JMeter', k6: 'k6', locust: 'Locust' } as const;

/** The load that a scenario sets for a script, in a sentence. */
function describeTaurusLoad({
  concurrency,
  holdForSeconds,
  iterations,
  rampUpSeconds,
  throughput,
}: TaurusLoad): string {
  const parts = [
    concurrency === null ? 'the users of the script' : formatAmount(concurrency, 'user'),
    ...(throughput === null ? [] : [`at most ${formatNumber(throughput)} requests/s`]),
    ...(rampUpSeconds > 0 ? [`ramped up over ${formatDuration(rampUpSeconds)}`] : []),
    ...(holdForSeconds > 0 ? [`held for ${formatDuration(holdForSeconds)}`] : []),
    ...(iterations === null ? [] : [`${formatAmount(iterations, 'iteration')} each`]),
  ];
  return parts.join(', ');
}

export function ScenarioSettings({
  scenario: { format, name, scenario, text, warnings },
}: {
  scenario: ScenarioResource;
}) {
  return (
    <SpaceBetween size="l">
      {warnings.map((warning) => (
        <Alert key={warning} type="warning">
          {warning}
        </Alert>
      ))}
      <Container header={<Header variant="h2">Load</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            ...scenario.executions.map((execution, index) => ({
              label: scenario.executions.length === 1 ? 'Load' : `Execution ${index + 1}: ${execution.flow}`,
              value: describeLoad(execution.load),
            })),
            ...(scenario.taurus?.executions ?? []).map(({ executor, load, script }) => ({
              label: tools[executor],
              value: (
                <>
                  {script === null ? 'the requests below' : <code>{script}</code>}:{' '}
                  {load === null ? 'the load that the script describes' : describeTaurusLoad(load)}
                </>
              ),
            })),
            { label: 'Engine', value: scenario.taurus === null ? 'native' : 'Taurus' },
            {
              label: 'Regions',
              value: Object.entries(scenario.regions)
                .map(([region, { tasks }]) => `${region}: ${formatAmount(tasks, 'task')}`)
                .join(', '),
            },
            {
              label: 'Pass/fail criteria',
              value:
                scenario.criteria.length === 0 ? (
                  'none'
                ) : (
                  <ul className="plain-list">
                    {scenario.criteria.map(({ message }) => (
                      <li key={message}>
                        <code>{message}</code>
                      </li>
                    ))}
                  </ul>
                ),
            },
            { label: 'Live data', value: scenario.live ? 'on' : 'off' },
            { label: 'Tasks that must deliver', value: `${scenario.healthyThresholdPercent} %` },
            ...(scenario.taskSize === undefined
              ? []
              : [{ label: 'Size of a task', value: sizeText(scenario.taskSize) }]),
            ...(scenario.spot === undefined ? [] : [{ label: 'Spot', value: scenario.spot ? 'yes' : 'no' }]),
          ]}
        />
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button
                iconName="download"
                onClick={() =>
                  saveFile(`${name}.${format === 'json' ? 'json' : 'yml'}`, text, 'text/plain;charset=utf-8')
                }
              >
                Save
              </Button>
            }
          >
            As it was written
          </Header>
        }
      >
        <Box variant="code">
          <pre className="document">{text}</pre>
        </Box>
      </Container>
    </SpaceBetween>
  );
}

function sizeText({ memoryMb, vcpu }: { vcpu: number; memoryMb: number }): string {
  return `${vcpu} vCPU, ${memoryMb / 1024} GB`;
}

/** A step of a try: what it came to on one line, and everything about it when it is opened. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TrialExchange, TrialStep, TrialSubStep } from '../../../../../core/api/trials.ts';
import { formatMs } from '../../../format/numbers.ts';
import { ExchangeView } from './exchange-view.tsx';

export function TriedStep({ step, number, isOpen }: { step: TrialStep; number: number; isOpen: boolean }) {
  const { assertions, failure, isFromCache, label, subSteps, variables } = step;
  const name = `${number}. ${label}`;
  return (
    <ExpandableSection
      defaultExpanded={isOpen}
      headerText={<StatusIndicator type={failure === null ? 'success' : 'error'}>{name}</StatusIndicator>}
      headerDescription={`${failure === null ? '' : 'Failed: '}${isFromCache ? 'nothing was sent, a fresh copy was at hand' : outline(step)}`}
    >
      <SpaceBetween size="s">
        {failure !== null && (
          <Alert type="error">
            {failure.message} <Box variant="small">({failure.type})</Box>
          </Alert>
        )}
        {assertions.length > 0 && (
          <ul className="plain-list" aria-label={`Assertions of ${name}`}>
            {assertions.map(({ message, passed, what }) => (
              <li key={what}>
                <StatusIndicator type={passed ? 'success' : 'error'} iconAriaLabel={passed ? 'Holds' : 'Does not hold'}>
                  {message === null ? what : `${what}: ${message}`}
                </StatusIndicator>
              </li>
            ))}
          </ul>
        )}
        {variables.length > 0 && (
          <dl className="variables" aria-label={`Variables that ${name} extracted`}>
            {variables.map((variable) => (
              <div key={variable.name}>
                <dt>{variable.name}</dt>
                <dd>
                  {variable.value === null ? 'nothing was found' : `${variable.value}${variable.isCut ? '…' : ''}`}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {subSteps.map((subStep, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places.
          <SubStep key={index} subStep={subStep} name={`${name}, part ${index + 1}`} />
        ))}
        <ExchangeView exchange={step} name={name} />
      </SpaceBetween>
    </ExpandableSection>
  );
}

const kinds = {
  redirect: 'Redirected from',
  challenge: 'Asked for credentials by',
  broken: 'Connection broken at',
  resource: 'Embeds',
} as const;

function SubStep({ subStep, name }: { subStep: TrialSubStep; name: string }) {
  const { failure, kind } = subStep;
  return (
    <ExpandableSection
      variant="inline"
      headerText={
        <span className="sub-step">
          {kinds[kind]} {outline(subStep)}
          {failure !== null && <StatusIndicator type="error">{failure.message}</StatusIndicator>}
        </span>
      }
    >
      <ExchangeView exchange={subStep} name={name} />
    </ExpandableSection>
  );
}

function outline({ durationMs, method, status, url }: TrialExchange): string {
  return `${method} ${url} · ${status ?? 'no response'} · ${formatMs(durationMs)}`;
}

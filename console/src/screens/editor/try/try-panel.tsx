/** Walks the document once with a single user, and shows every request and response. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Trial } from '../../../../../core/api/trials.ts';
import { limits } from '../../../../../core/limits.ts';
import { formatAmount } from '../../../format/numbers.ts';
import { Failure } from '../../../shell/failure.tsx';
import { TRY_PANEL_ID } from './show-try-panel.ts';
import { TriedStep } from './tried-step.tsx';
import { useTrial } from './use-trial.ts';

export interface TryPanelProps {
  /** The text of the document. */
  document: string;
  /** Its media type. */
  type?: string;
  /** The stored scenario whose files it names. */
  scenarioId?: string | null;
  disabled?: boolean;
}

export function TryPanel({ document, type = 'application/yaml', scenarioId = null, disabled = false }: TryPanelProps) {
  const { begin, cancel, elapsedSeconds, error, isTrying, trial, triedText } = useTrial();
  return (
    <div id={TRY_PANEL_ID} tabIndex={-1}>
      <Container
        header={
          <Header
            variant="h2"
            description="One user walks each flow once, with short pauses. Nothing is measured or kept."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {isTrying && <Button onClick={cancel}>Cancel the try</Button>}
                <Button
                  iconName="caret-right-filled"
                  disabled={disabled}
                  loading={isTrying}
                  loadingText="Trying"
                  onClick={() => begin({ text: document, type, scenarioId })}
                >
                  Try one iteration
                </Button>
              </SpaceBetween>
            }
          >
            Try it
          </Header>
        }
      >
        <SpaceBetween size="m">
          <div aria-live="polite">
            {isTrying && (
              <StatusIndicator type="in-progress">
                Trying
                {/* Not for screen readers, which would read it every second. */}
                <span aria-hidden="true">{` for ${elapsedSeconds} s, at most ${limits.trialSecondsMax} s`}</span>
              </StatusIndicator>
            )}
            {!isTrying && error !== null && <Failure error={error} />}
            {!isTrying && trial !== null && <Outcome trial={trial} />}
            {!isTrying && trial === null && error === null && (
              <Box color="text-body-secondary">
                {disabled ? 'Once nothing is wrong with the document, it can be tried.' : 'It was not tried yet.'}
              </Box>
            )}
          </div>
          {!isTrying && trial !== null && (
            <SpaceBetween size="m">
              {triedText !== document && <Alert type="info">The document has changed since it was tried.</Alert>}
              <Notes trial={trial} />
              {trial.flows.map(({ flow, steps }, index) => (
                <section key={flow} aria-label={`Flow ${flow}`}>
                  {trial.flows.length > 1 && <Header variant="h3">{flow}</Header>}
                  <ol className="plain-list">
                    {steps.map((step, at) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: steps of a try never change their places.
                      <li key={at}>
                        <TriedStep step={step} number={at + 1} isOpen={index === 0 && at === firstFailed(steps)} />
                      </li>
                    ))}
                  </ol>
                </section>
              ))}
            </SpaceBetween>
          )}
        </SpaceBetween>
      </Container>
    </div>
  );
}

type Steps = Trial['flows'][number]['steps'];

const firstFailed = (steps: Steps): number => steps.findIndex(({ failure }) => failure !== null);

function Outcome({ trial }: { trial: Trial }) {
  const steps = trial.flows.flatMap((flow) => flow.steps);
  const failed = steps.filter(({ failure }) => failure !== null).length;
  const of = formatAmount(steps.length, 'step');
  if (failed > 0) return <StatusIndicator type="error">{`${failed} of ${of} failed`}</StatusIndicator>;
  if (trial.problems.length > 0)
    return <StatusIndicator type="warning">{`${of}, and not all was tried`}</StatusIndicator>;
  return <StatusIndicator type="success">{`${of}, none failed`}</StatusIndicator>;
}

/** What kept it from going further, and what was done otherwise than in a run. */
function Notes({ trial: { log, problems } }: { trial: Trial }) {
  return (
    <>
      {problems.length > 0 && (
        <Alert type="error" header="Not all was tried">
          {problems.map(({ message, path }) => (
            <div key={`${path}${message}`}>
              {path !== '' && <code>{path}</code>} {message}
            </div>
          ))}
        </Alert>
      )}
      {log.length > 0 && (
        <Alert type="info">
          {log.map(({ message }) => (
            <div key={message}>{message}</div>
          ))}
        </Alert>
      )}
    </>
  );
}

/** What is wrong with a document, and what to bear in mind. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import { AppLink } from '../../shell/app-link.tsx';
import { Failure } from '../../shell/failure.tsx';
import type { CheckedDocument } from './use-checked-document.ts';

const SHOWN_MAX = 20;

export function Problems({
  checked: { error, isChecking, validation },
  base,
  onShow,
}: {
  checked: CheckedDocument;
  base: ScenarioResource | null;
  /** Of a path: shows where it is. */
  onShow(path: string): void;
}) {
  if (error !== null) return <Failure error={error} />;
  if (validation === null) return <StatusIndicator type="loading">Checking</StatusIndicator>;
  const missing = validation.files.filter((path) => !(base?.files.some((file) => file.path === path) ?? false));
  if (!validation.valid) {
    return (
      <Alert
        type="error"
        header={
          validation.problems.length === 1 ? 'One thing is wrong' : `${validation.problems.length} things are wrong`
        }
      >
        {validation.problems.slice(0, SHOWN_MAX).map(({ path, message }) => (
          <div key={`${path}${message}`}>
            <Button variant="inline-link" ariaLabel={`Show ${path}`} onClick={() => onShow(path)}>
              {path}
            </Button>{' '}
            {message}
          </div>
        ))}
        {validation.problems.length > SHOWN_MAX && <div>… and more.</div>}
      </Alert>
    );
  }
  return (
    <div aria-live="polite">
      <SpaceBetween size="xs">
        {validation.warnings.map((warning) => (
          <Alert key={warning} type="warning">
            {warning}
          </Alert>
        ))}
        {missing.length > 0 && (
          <Alert type="info" header="It names files">
            {missing.join(', ')}.{' '}
            {base === null ? (
              'Add them on its page once it is saved.'
            ) : (
              <AppLink href={`/scenarios/${base.id}?tab=files`}>Add them</AppLink>
            )}
          </Alert>
        )}
        <Box>
          <StatusIndicator type={isChecking ? 'loading' : 'success'}>
            {isChecking ? 'Checking' : 'Nothing is wrong with it'}
          </StatusIndicator>
        </Box>
      </SpaceBetween>
    </div>
  );
}

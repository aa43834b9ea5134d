/** What stands in place of something that could not be loaded or shown. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { describeError } from '../api/api-problem.ts';

export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { title, hint, fields } = describeError(error);
  return (
    <Alert
      type="error"
      header={title}
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>Try again</Button>}
    >
      {fields.map(({ path, message }) => (
        <div key={`${path}${message}`}>
          <code>{path}</code>: {message}
        </div>
      ))}
      {hint}
    </Alert>
  );
}

interface BoundaryProps {
  /** Shows the content again when it changes. */
  resetKey: string;
  children: ReactNode;
}

/** A screen that breaks leaves the rest of the console usable. */
export class FailureBoundary extends Component<BoundaryProps, { error: unknown; resetKey: string }> {
  override state = { error: null as unknown, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps({ resetKey }: BoundaryProps, state: { error: unknown; resetKey: string }) {
    return resetKey === state.resetKey ? null : { error: null, resetKey };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Failure error={error} onRetry={() => this.setState({ error: null })} />;
  }
}

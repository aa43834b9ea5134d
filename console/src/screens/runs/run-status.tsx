/** A run's phase and verdict, as one word with a sign. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { RunResource } from '../../../../core/api/runs.ts';

const verdicts: Record<NonNullable<RunResource['verdict']>, [StatusIndicatorProps.Type, string]> = {
  passed: ['success', 'Passed'],
  failed: ['error', 'Failed'],
  invalid: ['warning', 'Invalid'],
  none: ['success', 'Complete'],
};

const phases: Partial<Record<RunResource['phase'], [StatusIndicatorProps.Type, string]>> = {
  queued: ['pending', 'Queued'],
  provisioning: ['in-progress', 'Starting'],
  running: ['in-progress', 'Running'],
  failed: ['error', 'Run failed'],
  cancelled: ['stopped', 'Cancelled'],
  cancelling: ['in-progress', 'Cancelling'],
};

export function statusOf({
  phase,
  verdict,
}: Pick<RunResource, 'phase' | 'verdict'>): [StatusIndicatorProps.Type, string] {
  if (phase === 'complete') return verdicts[verdict ?? 'none'];
  return phases[phase] ?? ['in-progress', 'Finishing'];
}

export function RunStatus({ run }: { run: Pick<RunResource, 'phase' | 'verdict'> }) {
  const [type, text] = statusOf(run);
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

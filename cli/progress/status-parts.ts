/** A run's progress in words, most important part first: shared by the live line and the plain lines. */
import { formatAmount, formatMs, formatRate, formatShare, formatSpan } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { printable } from '../terminal/text.ts';
import type { RunProgress } from './progress.ts';

/** What the run is at, for people. */
export function phaseWords(progress: RunProgress): string {
  if (progress.phase === 'running' && (progress.elapsedSeconds ?? -1) < 0) return 'starting';
  return progress.phase;
}

/** The parts of the status line behind the phase. Without a word of colour when the style has none. */
export function statusParts(progress: RunProgress, style: Style): string[] {
  const { phase } = progress;
  const tasks = formatAmount(progress.tasksPlanned, 'task');
  if (phase === 'queued') return [`waits for ${printable(progress.waitingFor ?? 'free capacity')}`];
  if (phase === 'provisioning') {
    return [progress.tasksReady === null ? `${tasks} to start` : `${progress.tasksReady} of ${tasks} ready`];
  }
  if (phase === 'parsing results' || phase === 'cleaning up') {
    const { tasksDelivered } = progress;
    return [tasksDelivered === null ? `results of ${tasks}` : `results of ${tasksDelivered} of ${tasks} are in`];
  }
  const elapsed = progress.elapsedSeconds ?? 0;
  if (phase === 'running' && elapsed < 0) return [`load begins in ${formatSpan(Math.ceil(-elapsed))}`];
  if (phase === 'cancelling') return ['the load is being stopped', ...liveParts(progress, style)];
  return liveParts(progress, style);
}

function liveParts(progress: RunProgress, style: Style): string[] {
  const { live, requestsSoFar, failuresSoFar } = progress;
  if (live === null) return [];
  const errors = `${formatAmount(failuresSoFar, 'error')}${failuresSoFar > 0 ? ` (${formatShare(failuresSoFar, requestsSoFar)})` : ''}`;
  return [
    `${formatRate(live.requestsPerSecond)} req/s`,
    failuresSoFar > 0 ? style.red(errors) : errors,
    `p95 ${formatMs(live.p95Ms)} ms`,
    formatAmount(live.users, 'user'),
    formatAmount(requestsSoFar, 'request'),
  ];
}

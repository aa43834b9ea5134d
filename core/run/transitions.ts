/** The few ways in which a run's row changes, whoever changes it. None of them writes the version: the store's caller does. */
import { finalPhases, type Phase, type Run } from './run.ts';
import { lostTasksReason, thresholdReachable } from './tasks.ts';

export function enterPhase(run: Run, phase: Phase, nowMs: number): Run {
  return { ...run, phase, phaseSinceMs: nowMs, endedAtMs: finalPhases.has(phase) ? nowMs : run.endedAtMs };
}

/** The queue's consumer found room for it. Any other phase than `queued` stays as it is. */
export function takeRun(run: Run, nowMs: number): Run {
  return run.phase === 'queued' && run.stopReason === null && run.cancelRequestedAtMs === null
    ? enterPhase(run, 'provisioning', nowMs)
    : run;
}

/** Orders the run to stop. The first order counts; later ones change nothing. */
export function orderStop(run: Run, stopReason: NonNullable<Run['stopReason']>, reason: string, nowMs: number): Run {
  if (run.stopReason !== null) return run;
  const stopped: Run = { ...run, stopReason, stopAtMs: nowMs, reason };
  return stopReason === 'cancelled' ? enterPhase(stopped, 'cancelling', nowMs) : stopped;
}

/** Whether asking to cancel the run can still change anything. */
export function cancellable(run: Run): boolean {
  return (
    run.phase === 'queued' || run.phase === 'provisioning' || run.phase === 'running' || run.phase === 'cancelling'
  );
}

/** Notes that somebody asked to cancel it; the next tick obeys. The first one to ask counts. */
export function requestCancel(run: Run, nowMs: number): Run {
  return cancellable(run) && run.cancelRequestedAtMs === null ? { ...run, cancelRequestedAtMs: nowMs } : run;
}

/** What the run ends as, from how its load ended and which tasks it lost; and why. */
export function decideOutcome(run: Run): Run {
  const { stopReason } = run;
  if (stopReason === 'cancelled') return { ...run, outcome: 'cancelled' };
  if (stopReason === 'failed') return { ...run, outcome: 'failed' };
  if (!thresholdReachable(run)) return { ...run, outcome: 'failed', reason: lostTasksReason(run) };
  return { ...run, outcome: 'complete', reason: stopReason === null ? null : run.reason };
}

/** Gives up a run of which no report can be made. */
export function abandonRun(run: Run, reason: string, nowMs: number): Run {
  return enterPhase({ ...run, outcome: 'failed', verdict: 'none', reason }, 'cleaning up', nowMs);
}

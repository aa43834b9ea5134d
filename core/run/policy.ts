/** How long the run's state machine waits for what. Without schemas: threads of tasks load it. */
import type { RunTimeouts } from './run-timeouts.ts';

/** Of tasks that are processes: the times of runs that name none. */
export const processTimeouts: RunTimeouts = {
  provisioningSeconds: 120,
  lostGraceSeconds: 3,
  stopGraceSeconds: 8,
  stopSeconds: 30,
  cleaningUpSeconds: 60,
};

/** Tries to make the report before the run ends without one. */
export const REPORT_ATTEMPTS_MAX = 8;

/** How far ahead `go` lies: every task must have read it before. */
export function goLeadMs(controlPollMs: number): number {
  return 2 * controlPollMs + 2_000;
}

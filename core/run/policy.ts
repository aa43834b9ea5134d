/** How long the run's state machine waits for what. Milliseconds. */

/** From the start of provisioning until every task must be ready; those that are not by then are lost. */
export const PROVISIONING_MS_MAX = 120_000;
/** After a process was first seen ended (or gone) without a result: time for a result that is under way to be seen. */
export const LOST_GRACE_MS = 3_000;
/** From the order to stop until tasks that have not delivered are killed. Tasks have their load off well before. */
export const STOP_GRACE_MS = 8_000;
/** From the order to stop until a task that has not delivered is given up, dead or not. */
export const STOP_MS_MAX = 30_000;
/** Longest time for ending processes and releasing what the run held. */
export const CLEANING_UP_MS_MAX = 60_000;
/** Tries to make the report before the run ends without one. */
export const REPORT_ATTEMPTS_MAX = 8;

/** How far ahead `go` lies: every task must have read it before. */
export function goLeadMs(controlPollMs: number): number {
  return 2 * controlPollMs + 2_000;
}

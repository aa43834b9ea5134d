/** When an execution of the plan begins. */
import type { PlannedExecution } from './plan.ts';

/**
 * Seconds from go to the execution's beginning: its delay, counted from its instant when it has one, and never before go. `goAtMs` is
 * go in epoch milliseconds of the control plane's clock, so that all tasks find the same; null: not known, as if the instant had come with go.
 */
export function beginSeconds(
  { delaySeconds, startAtMs }: Pick<PlannedExecution, 'delaySeconds' | 'startAtMs'>,
  goAtMs: number | null,
): number {
  if (startAtMs === null || goAtMs === null) return delaySeconds;
  return Math.max(0, (startAtMs - goAtMs) / 1_000 + delaySeconds);
}

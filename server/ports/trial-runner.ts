/** Tries a scenario: has one user walk each of its flows once, away from the control plane's own process, and tells what that user met. */
import type { Trial } from '../../core/api/trials.ts';
import type { TrialOrder } from '../../core/trial/trial-lines.ts';
import type { ObjectBody } from './object-store.ts';

export interface TrialRequest {
  order: TrialOrder;
  /** Files that the flows name, by their path; read when it is their turn. */
  files: ReadonlyMap<string, () => Promise<ObjectBody>>;
}

export interface TrialRunner {
  /**
   * Nothing is left of it, neither when it resolves nor when it rejects. What goes wrong with a target, or with the process that tries, is told in the
   * trial. Rejects with `rate_limited` above `limits.trialsAtOnceMax` at once, `scenario_too_large` for files above `limits.trialFilesBytesMax`,
   * `launch_failed`, with what reading a file throws, and, soon after `signal` is aborted, with its reason.
   */
  run(request: TrialRequest, signal: AbortSignal): Promise<Trial>;
}

/** Ends all runs of a control plane that is about to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadstarError } from '../../core/errors.ts';
import type { LocalControlPlane } from '../../server/main/local.ts';

/** Load is off within 5 s of a cancel; a report takes a moment more. */
const REPORTS_MS_MAX = 15_000;
const LOOK_EVERY_MS = 100;

/** Cancels every run that is not final, and waits until each has its report, for a while. */
export async function stopRuns(local: LocalControlPlane): Promise<void> {
  for (const { id } of await local.ports.runs.listUnfinished()) {
    try {
      await local.cancelRun(id);
    } catch (error) {
      // It has ended meanwhile, or is about to.
      if (!(error instanceof LoadstarError && error.code === 'run_state_conflict')) throw error;
    }
  }
  const deadlineMs = performance.now() + REPORTS_MS_MAX;
  while (performance.now() < deadlineMs) {
    if ((await local.ports.runs.listUnfinished()).length === 0) return;
    await sleep(LOOK_EVERY_MS);
  }
}

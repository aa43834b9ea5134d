/** Ends a run that cannot be driven any further: its plan is gone, or its ticks keep failing. Its report is not made. */
import { finalPhases } from '../../core/run/run.ts';
import { regionNames } from '../../core/run/tasks.ts';
import { abandonRun, enterPhase } from '../../core/run/transitions.ts';
import type { Ports } from '../ports/ports.ts';
import { writeControl } from '../run-folder/control-file.ts';
import { updateRun } from './update-run.ts';

/**
 * Tells its tasks to stop, ends them, and marks the run as failed. Of tasks that cannot be ended the lease runs out. A run that has ended, or is
 * gone, stays as it is. Throws when the row cannot be changed.
 */
export async function giveUpRun(
  ports: Pick<Ports, 'runs' | 'objects' | 'launcher' | 'nowMs' | 'log'>,
  { runId, reason }: { runId: string; reason: string },
): Promise<void> {
  const { launcher, log, nowMs } = ports;
  const run = await ports.runs.get(runId);
  if (run === null || finalPhases.has(run.phase)) return;
  log('error', 'a run is given up', { runId, reason });
  const endings = [
    () => writeControl(ports, runId, { kind: 'control', state: 'stop', goAtMs: run.goAtMs, stopReason: 'failed' }),
    async () => {
      await launcher.kill(runId, await launcher.observe(runId, regionNames(run)), 0);
      await launcher.release(runId, regionNames(run));
    },
  ];
  for (const end of endings) {
    try {
      await end();
    } catch (error) {
      log('error', 'its tasks could not be ended', { runId, error: (error as Error).message });
    }
  }
  await updateRun(ports, runId, (current) =>
    finalPhases.has(current.phase) ? current : enterPhase(abandonRun(current, reason, nowMs()), 'failed', nowMs()),
  );
}

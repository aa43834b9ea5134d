/** Cancels a run: notes it in the row, and tells the tasks at once instead of at the next tick. */
import type { Actor } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';
import { finalPhases, type Run } from '../../core/run/run.ts';
import { cancellable, requestCancel } from '../../core/run/transitions.ts';
import type { Ports } from '../ports/ports.ts';
import { writeControl } from '../run-folder/control-file.ts';
import { recordAudit } from './record-audit.ts';
import { requireRole } from './require-role.ts';
import { updateRun } from './update-run.ts';

/**
 * Returns the run as it is now. A run whose load is over already goes on to its end: nothing of it can be cancelled. Throws
 * `run_state_conflict` for a run that has ended, `not_found`.
 */
export async function cancelRun(
  ports: Pick<Ports, 'runs' | 'objects' | 'driver' | 'audit' | 'nowMs'>,
  actor: Actor,
  { runId }: { runId: string },
): Promise<Run> {
  requireRole(actor, 'editor');
  const run = await updateRun(ports, runId, (current) => {
    if (finalPhases.has(current.phase)) {
      throw new LoadstarError('run_state_conflict', `Run ${runId} has ended: it is ${current.phase}.`);
    }
    return requestCancel(current, ports.nowMs());
  });
  if (cancellable(run)) {
    const stop = { kind: 'control', state: 'stop', goAtMs: run.goAtMs, stopReason: 'cancelled' } as const;
    await writeControl(ports, runId, stop);
    await ports.driver.drive(runId);
    await ports.driver.wake(runId);
  }
  await recordAudit(ports, actor, { action: 'run.cancel', target: runId });
  return run;
}

/** Deletes a run with all that it left. */
import type { Actor } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';
import { finalPhases } from '../../core/run/run.ts';
import type { Ports } from '../ports/ports.ts';
import { runFolderPrefix } from '../run-folder/run-folder.ts';
import { readRun } from './read-run.ts';
import { recordAudit } from './record-audit.ts';
import { requireRole } from './require-role.ts';

/** Throws `run_state_conflict` for a run that has not ended, `not_found`. The row goes last, so that a deletion cut short can be repeated. */
export async function deleteRun(
  ports: Pick<Ports, 'runs' | 'objects' | 'taskResults' | 'audit' | 'nowMs'>,
  actor: Actor,
  { runId }: { runId: string },
): Promise<void> {
  requireRole(actor, 'editor');
  const { phase } = await readRun(ports, { runId });
  if (!finalPhases.has(phase)) {
    throw new LoadstarError('run_state_conflict', `Run ${runId} is ${phase}: cancel it before it is deleted.`);
  }
  await ports.objects.deletePrefix(runFolderPrefix(runId));
  await ports.taskResults.deleteOfRun(runId);
  await ports.runs.delete(runId);
  await recordAudit(ports, actor, { action: 'run.delete', target: runId });
}

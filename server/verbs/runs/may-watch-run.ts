/** Whether somebody may watch a run's live data. */
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';

/** Throws `forbidden`, `not_found`. */
export async function mayWatchRun(
  ports: Pick<Ports, 'runs'>,
  actor: Actor,
  { runId }: { runId: string },
): Promise<void> {
  requireRole(actor, 'viewer');
  await readRun(ports, { runId });
}

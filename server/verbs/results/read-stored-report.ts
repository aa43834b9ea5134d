/** A run's report as it was stored. */
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { finalPhases } from '../../../core/run/run.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { ReadableObject } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { runFolderPrefix } from '../../run-folder/run-folder.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';

/**
 * JSON of `core/report/report.ts`. A run that was cancelled or has failed has one too, which says that it is partial. Throws `forbidden`,
 * `not_found`, `report_not_ready` while the run goes on.
 */
export async function readStoredReport(
  ports: Pick<Ports, 'runs' | 'objects'>,
  actor: Actor,
  { runId }: { runId: string },
): Promise<ReadableObject> {
  requireRole(actor, 'viewer');
  const run = await readRun(ports, { runId });
  const report = await ports.objects.read(runFolderPrefix(runId) + runFolderPaths.report);
  if (report !== null) return report;
  const isOver = finalPhases.has(run.phase);
  if (isOver)
    throw new LoadstarError('not_found', `Run ${runId} has ended without a report: ${run.reason ?? run.phase}`);
  throw new LoadstarError('report_not_ready', `Run ${runId} has no report yet: it is ${run.phase}.`);
}
